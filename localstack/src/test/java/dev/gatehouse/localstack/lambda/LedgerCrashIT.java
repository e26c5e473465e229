package dev.gatehouse.localstack.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatehouse.dynamo.DynamoTap.Fate;
import dev.gatehouse.localstack.lambda.FaultyBackEnd.Fault;
import dev.gatehouse.localstack.lambda.LedgerCrashWorld.Reply;
import dev.gatehouse.localstack.machine.RunFolder;
import dev.gatehouse.localstack.machine.Warden;
import dev.gatehouse.localstack.store.DynamoServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * The proxy's real process, killed or cut off at every step between begin and answer; then its
 * client repeats the request until it knows. Nothing may be lost, doubled or stuck.
 */
final class LedgerCrashIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Nothing of the function lives longer, so no lease does (LedgerStage). */
  private static final Duration LEASE = LedgerCrashWorld.TIMEOUT;

  private static final Duration GRACE = Duration.ofSeconds(5);

  /** Where it happens. */
  private enum Step {
    BEGIN("PutItem", Fault.NONE),
    UPSTREAM("", Fault.NONE),
    COMPLETE("UpdateItem", Fault.NONE),
    RELEASE("DeleteItem", Fault.REFUSES),
    MARK_UNKNOWN("UpdateItem", Fault.BREAKS);

    private final String operation;
    private final Fault provoked;

    Step(String operation, Fault provoked) {
      this.operation = operation;
      this.provoked = provoked;
    }
  }

  /** What happens there. */
  private enum Blow {
    KILLED_BEFORE,
    KILLED_AFTER,
    REQUEST_LOST,
    ANSWER_LOST;

    boolean kills() {
      return this == KILLED_BEFORE || this == KILLED_AFTER;
    }

    boolean comesBefore() {
      return this == KILLED_BEFORE || this == REQUEST_LOST;
    }
  }

  private record Cell(Step step, Blow blow, boolean deduplicates) {}

  private record Verdict(Cell cell, Reply first, Reply last, int effects, Duration settled) {
    boolean lost() {
      boolean forgotten = first.success() && !first.equals(last);
      return forgotten || (last.success() && effects == 0);
    }

    boolean doubled() {
      return effects > 1;
    }

    boolean stuck() {
      return !last.success() && !last.body().contains("IDEMPOTENCY_UNKNOWN");
    }
  }

  /**
   * Cells wait for leases more than they compute: several worlds, which share nothing but a
   * DynamoDB, work them off together.
   */
  private static final int WORLDS = 4;

  @Test
  void nothingIsLostDoubledOrStuck() throws Exception {
    assumeTrue(
        Files.exists(LedgerCrashWorld.ARCHIVE),
        LedgerCrashWorld.ARCHIVE + ": not built (expected: ./mvnw package first)");
    List<Verdict> verdicts = Collections.synchronizedList(new ArrayList<>());
    Queue<Cell> cells = new ConcurrentLinkedQueue<>(cells());
    RunFolder folder = RunFolder.create();
    try (Warden warden = Warden.over(folder.path());
        DynamoServer dynamo = DynamoServer.start(folder, warden, dynamoClassPath());
        ExecutorService threads = Executors.newFixedThreadPool(WORLDS)) {
      dynamo.call("CreateTable", JSON.readTree(LEDGER));
      dynamo.call("CreateTable", JSON.readTree(ACCESS));
      Callable<Boolean> work = () -> workOff(cells, dynamo.uri().toString(), verdicts);
      for (Future<Boolean> world : threads.invokeAll(Collections.nCopies(WORLDS, work))) {
        assertThat(world.get()).isTrue();
      }
    }
    report(verdicts);
    assertThat(verdicts).hasSizeGreaterThanOrEqualTo(24);
    assertThat(verdicts).noneMatch(Verdict::lost).noneMatch(Verdict::doubled);
    assertThat(verdicts).noneMatch(Verdict::stuck);
    assertThat(verdicts).allMatch(v -> v.settled().compareTo(LEASE.plus(GRACE)) <= 0);
    assertThat(verdicts)
        .filteredOn(verdict -> verdict.cell().deduplicates())
        .allMatch(verdict -> verdict.last().success() && verdict.effects() == 1);
  }

  private static boolean workOff(Queue<Cell> cells, String dynamo, List<Verdict> verdicts)
      throws Exception {
    try (LedgerCrashWorld world = LedgerCrashWorld.before(dynamo)) {
      for (Cell cell = cells.poll(); cell != null; cell = cells.poll()) {
        verdicts.add(verdict(world, cell));
      }
    }
    return true;
  }

  private static String dynamoClassPath() throws IOException {
    Path module = Path.of("dynamodb", "target").toAbsolutePath();
    return module.resolve("classes")
        + File.pathSeparator
        + Files.readString(module.resolve("classpath"));
  }

  private static List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (Step step : Step.values()) {
      for (Blow blow : Blow.values()) {
        cells.add(new Cell(step, blow, false));
        cells.add(new Cell(step, blow, true));
      }
    }
    return cells;
  }

  /** One blow, then repeats until the client knows. */
  private static Verdict verdict(LedgerCrashWorld world, Cell cell) throws IOException {
    String key = UUID.randomUUID().toString();
    String path = cell.deduplicates() ? "/again" : "/once";
    strike(world, cell);
    long began = System.nanoTime();
    Reply first = world.request(path, key);
    world.tap().rule(operation -> Fate.PASS);
    world.backEnd().fails(Fault.NONE, () -> {});
    Reply last = world.request(path, key);
    while (!settled(last) && since(began).compareTo(LEASE.plus(GRACE)) < 0) {
      LockSupport.parkNanos(Duration.ofMillis(250).toNanos());
      last = world.request(path, key);
    }
    Duration settled = since(began);
    // Whatever is still on its way has arrived: nothing may come after the end.
    Reply again = world.request(path, key);
    assertThat(again).as(cell.toString()).isEqualTo(last);
    return new Verdict(cell, first, last, world.backEnd().effects(key), settled);
  }

  private static boolean settled(Reply reply) {
    return reply.success() || reply.body().contains("IDEMPOTENCY_UNKNOWN");
  }

  private static void strike(LedgerCrashWorld world, Cell cell) {
    Runnable blow = cell.blow().kills() ? world::kill : () -> {};
    if (cell.step() == Step.UPSTREAM) {
      world
          .backEnd()
          .fails(
              cell.blow().comesBefore() ? Fault.BEFORE_THE_EFFECT : Fault.AFTER_THE_EFFECT, blow);
      return;
    }
    world.backEnd().fails(cell.step().provoked, () -> {});
    world.tap().whenAnAnswerIsLost(blow);
    world
        .tap()
        .rule(
            operation -> {
              if (!operation.equals(cell.step().operation)) {
                return Fate.PASS;
              }
              if (!cell.blow().comesBefore()) {
                return Fate.LOSE_ANSWER;
              }
              blow.run();
              return Fate.LOSE_REQUEST;
            });
  }

  private static Duration since(long began) {
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private static void report(List<Verdict> verdicts) {
    for (Verdict verdict : verdicts) {
      System.out.printf(
          "%-13s %-13s %-15s first %-28s last %-28s effects %d, settled after %.1f s%n",
          verdict.cell().step(),
          verdict.cell().blow(),
          verdict.cell().deduplicates() ? "deduplicates" : "no takeover",
          told(verdict.first()),
          told(verdict.last()),
          verdict.effects(),
          verdict.settled().toMillis() / 1e3);
    }
    System.out.printf(
        "crash matrix: %d cells, %d lost, %d doubled, %d stuck past lease + 5 s%n",
        verdicts.size(),
        verdicts.stream().filter(Verdict::lost).count(),
        verdicts.stream().filter(Verdict::doubled).count(),
        verdicts.stream().filter(Verdict::stuck).count());
  }

  private static String told(Reply reply) {
    return reply.success() ? "201" : reply.status() + " " + reply.body();
  }

  private static final String LEDGER =
      """
      {"TableName": "Ledger", "BillingMode": "PAY_PER_REQUEST",
       "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "part", "KeyType": "RANGE"}],
       "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "part", "AttributeType": "N"}]}
      """;

  private static final String ACCESS =
      """
      {"TableName": "Access", "BillingMode": "PAY_PER_REQUEST",
       "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
       "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}
      """;
}
