package dev.sluice.proxy.quota.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.downstream.ConnectionLimit;
import dev.sluice.proxy.downstream.ConnectionSlot;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClientPlaceTest {
    private static final int PLACES = 8;

    private final ConnectionLimit limit = new ConnectionLimit(PLACES);

    private ClientPlace of(String address) {
        return new ClientPlace(limit, new InetSocketAddress(address, 1234));
    }

    private List<ClientPlace> take(String address, int count) {
        List<ClientPlace> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(of(address));
            taken.get(i).take();
        }
        return taken;
    }

    @Test
    void oneAddress_hasAllPlacesButTheLastQuarter_andTakesNoneOfOthers() {
        List<ClientPlace> ofOne = take("10.0.0.1", PLACES);
        ClientPlace other = of("10.0.0.2");

        assertThat(ofOne).filteredOn(ClientPlace::isServed).hasSize(PLACES * 3 / 4);
        assertThat(ofOne).filteredOn(ClientPlace::isOverLimit).hasSize(PLACES / 4);
        assertThat(other.take()).isEqualTo(ConnectionSlot.SERVED);
        assertThat(of("10.0.0.1").mayDisplace(other)).isFalse();
        assertThat(of("10.0.0.1").mayDisplace(ofOne.get(0))).isTrue();
        assertThat(of("10.0.0.1").mayDisplace(ofOne.get(PLACES - 1))).isFalse();
        assertThat(of("10.0.0.3").mayDisplace(ofOne.get(0))).isTrue();
    }

    @Test
    void clientsOnThisMachine_haveAllPlaces() {
        assertThat(take("127.0.0.1", PLACES)).allMatch(ClientPlace::isServed);
    }

    @Test
    void placeThatIsLeft_isFree_once() {
        List<ClientPlace> all = take("127.0.0.1", PLACES);

        all.get(0).leave();
        all.get(0).leave();

        assertThat(of("127.0.0.1").take()).isEqualTo(ConnectionSlot.SERVED);
        assertThat(of("127.0.0.1").take()).isEqualTo(ConnectionSlot.OVER_LIMIT);
    }
}
