package dev.sluice.proxy.admin.json;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.jr.ob.api.ReaderWriterModifier;
import tools.jackson.jr.ob.api.ValueWriter;
import tools.jackson.jr.ob.impl.BeanPropertyIntrospector;
import tools.jackson.jr.ob.impl.JSONReader;
import tools.jackson.jr.ob.impl.JSONWriter;
import tools.jackson.jr.ob.impl.POJODefinition;
import tools.jackson.jr.ob.impl.POJODefinition.Prop;

/** Gives record components their JSON keys, in the order in which they are declared. */
final class RecordNaming extends ReaderWriterModifier {
    @Override
    public POJODefinition pojoDefinitionForSerialization(JSONWriter writer, Class<?> type) {
        POJODefinition standard = BeanPropertyIntrospector.instance().pojoDefinitionForSerialization(writer, type);
        return type.isRecord() ? renamed(standard, type) : standard;
    }

    @Override
    public POJODefinition pojoDefinitionForDeserialization(JSONReader reader, Class<?> type) {
        POJODefinition standard = BeanPropertyIntrospector.instance().pojoDefinitionForDeserialization(reader, type);
        return type.isRecord() ? renamed(standard, type) : standard;
    }

    private static POJODefinition renamed(POJODefinition standard, Class<?> type) {
        Map<String, Prop> byName = new HashMap<>();
        standard.getProperties().forEach(property -> byName.put(property.name, property));
        List<Prop> properties = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            Prop property = byName.get(component.getName());
            if (property != null) {
                properties.add(new Prop(
                        key(component),
                        component.getName(),
                        property.field,
                        property.setter,
                        component.getAccessor(),
                        null,
                        null));
            }
        }
        return standard.withProperties(properties);
    }

    @Override
    public @Nullable ValueWriter overrideStandardValueWriter(JSONWriter writer, Class<?> type, int typeId) {
        return Enum.class.isAssignableFrom(type) ? new ValueConventions.EnumWriter(type) : null;
    }

    /** As annotated, else the component's name in snake case. */
    static String key(RecordComponent component) {
        JsonKey key = component.getAnnotation(JsonKey.class);
        return key != null
                ? key.value()
                : component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }
}
