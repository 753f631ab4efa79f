package dev.sluice.benchmarks.bus;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * The {@code main} of the process that imitates all other sidecars. It publishes their reports and subscribes to the
 * measured sidecar once for each peer. It prints its endpoints, reads the endpoint of the measured sidecar from its
 * input, and ends when the input ends. Arguments: peers, subjects, used part, public and secret key or nothing.
 */
public final class FakePeers {
    private FakePeers() {}

    public static void main(String[] args) throws Exception {
        boolean keys = args.length > 3;
        BusCase load = new BusCase(
                Integer.parseInt(args[0]),
                Integer.parseInt(args[1]),
                Double.parseDouble(args[2]),
                keys,
                BusCase.Role.SIDECAR);
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        ZContext context = new ZContext();
        List<FakePeer> peers = new ArrayList<>();
        List<ZMQ.Socket> publishing = new ArrayList<>();
        for (int i = 0; i < load.peers(); i++) {
            ZMQ.Socket socket = context.createSocket(SocketType.PUB);
            if (keys) {
                socket.setCurveServer(true);
                pair(socket, args);
            }
            socket.bind("tcp://127.0.0.1:*");
            publishing.add(socket);
            long incarnation = ThreadLocalRandom.current().nextLong();
            peers.add(new FakePeer(load, i, incarnation, System.nanoTime()));
            System.out.println(socket.getLastEndpoint());
        }
        System.out.println("ready");
        String measured = input.readLine();
        Thread receiver = new Thread(() -> receive(load, measured, args));
        receiver.setDaemon(true);
        receiver.start();
        Thread sending = new Thread(() -> send(peers, publishing));
        sending.setDaemon(true);
        sending.start();
        while (input.readLine() != null) {
            // End with the input.
        }
        Runtime.getRuntime().halt(0);
    }

    private static void pair(ZMQ.Socket socket, String[] args) {
        socket.setCurvePublicKey(ZMQ.Curve.z85Decode(args[3]));
        socket.setCurveSecretKey(ZMQ.Curve.z85Decode(args[4]));
    }

    /** Publishes for one peer after the other, evenly spread over the interval. */
    private static void send(List<FakePeer> peers, List<ZMQ.Socket> sockets) {
        long dueNanos = System.nanoTime();
        while (true) {
            for (int i = 0; i < peers.size(); i++) {
                for (byte[] report : peers.get(i).tick(System.nanoTime())) {
                    sockets.get(i).send(report, ZMQ.DONTWAIT);
                }
                dueNanos += BusCase.INTERVAL_NANOS / peers.size();
                LockSupport.parkNanos(dueNanos - System.nanoTime());
            }
        }
    }

    private static void receive(BusCase load, String endpoint, String[] args) {
        ZContext context = new ZContext();
        ZMQ.Poller poller = context.createPoller(load.peers());
        for (int i = 0; i < load.peers(); i++) {
            ZMQ.Socket socket = context.createSocket(SocketType.SUB);
            if (load.keys()) {
                pair(socket, args);
                socket.setCurveServerKey(ZMQ.Curve.z85Decode(args[3]));
            }
            socket.subscribe(ZMQ.SUBSCRIPTION_ALL);
            socket.connect(endpoint);
            poller.register(socket, ZMQ.Poller.POLLIN);
        }
        while (true) {
            poller.poll(100);
            for (int i = 0; i < load.peers(); i++) {
                while (poller.pollin(i) && poller.getSocket(i).recv(ZMQ.DONTWAIT) != null) {
                    // The content does not matter.
                }
            }
        }
    }
}
