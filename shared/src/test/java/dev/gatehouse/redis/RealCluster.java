package dev.gatehouse.redis;

import dev.gatehouse.redis.RealRedis.Trait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A real Redis cluster: three masters that share the slots, and a replica for one of them. */
public final class RealCluster implements AutoCloseable {
  private static final int MASTERS = 3;
  private static final int SLOTS = 16_384;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<RealRedis> masters = new ArrayList<>();
  private final List<RealRedis> nodes = new ArrayList<>();

  private RealCluster() {}

  public static RealCluster start() {
    RealCluster cluster = new RealCluster();
    for (int i = 0; i < MASTERS; i++) {
      RealRedis node = cluster.join();
      node.command("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
      cluster.masters.add(node);
    }
    for (int i = 0; i < MASTERS; i++) {
      List<String> words = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
      IntStream.range(i * SLOTS / MASTERS, (i + 1) * SLOTS / MASTERS)
          .forEach(slot -> words.add(Integer.toString(slot)));
      cluster.masters.get(i).command(words.toArray(String[]::new));
    }
    cluster.meet();
    return cluster;
  }

  /** Where clients learn the topology: the first master. */
  public RedisAddress address() {
    return masters.getFirst().clusterAddress();
  }

  /** The master that has a key's slot, 0 to 2, as the cluster was started. */
  public int home(String key) {
    return slot(key) * MASTERS / SLOTS;
  }

  public RealRedis master(int index) {
    return masters.get(index);
  }

  /** Starts a replica and waits until it has what its master has. */
  public RealRedis replicaOf(int index) {
    RealRedis replica = join();
    meet();
    String master = masters.get(index).command("CLUSTER", "MYID");
    Polling.until(
        PATIENCE,
        "the replica knows its master",
        () -> replica.command("CLUSTER", "REPLICATE", master).equals("OK"));
    Polling.until(
        PATIENCE,
        "the replica is in step",
        () -> replica.command("INFO", "replication").contains("master_link_status:up"));
    return replica;
  }

  /** Waits until a replica has every write. */
  public void inStep(int index) {
    Polling.until(
        PATIENCE,
        "the replica has every write",
        () -> masters.get(index).command("WAIT", "1", "1000").equals("1"));
  }

  /** A replica hears nothing of its master any more: its password is refused. */
  public void cutOff(RealRedis replica) {
    replica.command("CONFIG", "SET", "masterauth", "wrong");
    replica.command("CLIENT", "KILL", "TYPE", "master");
    Polling.until(
        PATIENCE,
        "the replica is cut off",
        () -> replica.command("INFO", "replication").contains("master_link_status:down"));
  }

  /** Makes a replica the master, whatever the others say. */
  public void promote(RealRedis replica) {
    replica.command("CLUSTER", "FAILOVER", "TAKEOVER");
    String id = replica.command("CLUSTER", "MYID");
    Polling.until(
        PATIENCE,
        "the promotion is known",
        () ->
            masters
                .getFirst()
                .command("CLUSTER", "NODES")
                .lines()
                .anyMatch(line -> line.startsWith(id) && line.contains("master")));
  }

  /** Begins to move a key's slot: what is not there any more is asked for at the other master. */
  public void beginMove(String key, int to) {
    RealRedis source = masters.get(home(key));
    String slot = Integer.toString(slot(key));
    String from = source.command("CLUSTER", "MYID");
    masters.get(to).command("CLUSTER", "SETSLOT", slot, "IMPORTING", from);
    String target = masters.get(to).command("CLUSTER", "MYID");
    source.command("CLUSTER", "SETSLOT", slot, "MIGRATING", target);
  }

  /** Moves a key. */
  public void migrate(String key, int to) {
    int port = masters.get(to).address().port();
    masters
        .get(home(key))
        .command("MIGRATE", "127.0.0.1", Integer.toString(port), key, "0", "5000");
  }

  /** Ends the move: the slot is the other master's. */
  public void endMove(String key, int to) {
    String target = masters.get(to).command("CLUSTER", "MYID");
    String slot = Integer.toString(slot(key));
    masters.get(to).command("CLUSTER", "SETSLOT", slot, "NODE", target);
    masters.forEach(node -> node.command("CLUSTER", "SETSLOT", slot, "NODE", target));
  }

  @Override
  public void close() {
    nodes.forEach(RealRedis::close);
  }

  private int slot(String key) {
    return Integer.parseInt(masters.getFirst().command("CLUSTER", "KEYSLOT", key));
  }

  private RealRedis join() {
    RealRedis node = RealRedis.start(Trait.NODE);
    nodes.add(node);
    return node;
  }

  private void meet() {
    RealRedis first = nodes.getFirst();
    for (RealRedis node : nodes) {
      first.command("CLUSTER", "MEET", "127.0.0.1", Integer.toString(node.address().port()));
    }
    for (RealRedis node : nodes) {
      Polling.until(
          PATIENCE,
          "every node knows all and is up",
          () -> {
            String info = node.command("CLUSTER", "INFO");
            return info.contains("cluster_state:ok")
                && info.contains("cluster_slots_ok:" + SLOTS)
                && info.contains("cluster_known_nodes:" + nodes.size());
          });
    }
  }
}
