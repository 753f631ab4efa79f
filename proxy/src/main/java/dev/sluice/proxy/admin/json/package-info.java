/**
 * JSON of the admin port. The one place that knows the JSON library.
 *
 * <pre>
 *   record ---- JsonCodec.write ----> bytes
 *   text   ---- JsonCodec.read  ----> record, or InvalidJsonException
 * </pre>
 *
 * <p>{@code RecordNaming} decides keys, {@code ValueConventions} how enums and optional values look. A record with a key
 * of its own has a {@link dev.sluice.proxy.admin.json.JsonKey}.
 */
package dev.sluice.proxy.admin.json;
