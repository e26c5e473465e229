package dev.gatehouse.localstack.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code gatehouse queue}: the virtual queues of a running gateway, by {@code /admin/queues}. */
@Command(
    name = "queue",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    description = "Watches and steers the virtual queues of a running gateway.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "An operator's token has the scope gateway:admin: --token, or GATEHOUSE_TOKEN, or with",
      "--gateway one that the local run of that folder signs.",
      "",
      "Examples:",
      "  ./gatehouse queue watch evt-1 --gateway examples/traffic-tacos",
      "  ./gatehouse queue pause evt-1 --gateway examples/traffic-tacos --message 'back at 8'"
    })
final class QueueCommand implements Runnable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EVENT = "EVENT";
  private static final String WHICH = "The event whose line it is.";

  @Spec private CommandSpec spec;

  private QueueCommand() {
    spec = CommandSpec.create(); // picocli sets the real one
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(
      name = "watch",
      description = {
        "Shows a line, live, until Ctrl-C: who waits, is called and is inside, what is served per"
            + " second, and how long whoever comes now would wait.",
        "Where the output is no terminal: a line for each change."
      })
  int watch(
      @Mixin KeysCommand.Target target,
      @Parameters(paramLabel = EVENT, description = WHICH) String event,
      @Option(
              names = "--every",
              paramLabel = "TIME",
              defaultValue = "1s",
              description = "How often it asks (default: ${DEFAULT-VALUE}).")
          String every,
      @Option(
              names = "--times",
              paramLabel = "N",
              defaultValue = "0",
              description = "How many times it asks (default: until Ctrl-C).")
          int times,
      @Option(names = "--plain", description = "A line for each change in a terminal, too.")
          boolean plain)
      throws IOException, InterruptedException {
    Duration pause = TokenPayload.lifetime("--every", every);
    if (pause.toSeconds() < 1) {
      throw new IllegalArgumentException("--every: " + every + " (expected: 1s or more)");
    }
    if (times < 0) {
      throw new IllegalArgumentException("--times: " + times + " (expected: 0 or more)");
    }
    String path = path(event, "");
    QueueWatch.Source source = () -> target.call("GET", path, Optional.empty());
    JsonNode first = source.state();
    try (QueueDisplay display = display(plain, target.json())) {
      Runtime.getRuntime().addShutdownHook(new Thread(display::close, "terminal"));
      new QueueWatch(source, display, pause, times).run(first);
    }
    return 0;
  }

  private QueueDisplay display(boolean plain, boolean json) {
    PrintWriter out = spec.commandLine().getOut();
    boolean terminal =
        Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()
            && !"dumb".equals(System.getenv("TERM"));
    return terminal && !plain && !json
        ? new QueueDisplay.Live(out, Clock.systemUTC())
        : new QueueDisplay.Lines(out, spec.commandLine().getErr(), json, Clock.systemUTC());
  }

  @Command(name = "open", description = "Lets everyone join, and calls.")
  int open(
      @Mixin KeysCommand.Target target,
      @Parameters(paramLabel = EVENT, description = WHICH) String event)
      throws IOException, InterruptedException {
    return change(target, event, JSON.createObjectNode().put("state", "open"));
  }

  @Command(name = "pause", description = "Calls nobody; everyone may join and keeps the place.")
  int pause(
      @Mixin KeysCommand.Target target,
      @Parameters(paramLabel = EVENT, description = WHICH) String event,
      @Option(names = "--message", paramLabel = "TEXT", description = "For those who wait.")
          @Nullable String message)
      throws IOException, InterruptedException {
    return state(target, event, "paused", message);
  }

  @Command(name = "drain", description = "Takes nobody new; calls those who wait.")
  int drain(
      @Mixin KeysCommand.Target target,
      @Parameters(paramLabel = EVENT, description = WHICH) String event,
      @Option(names = "--message", paramLabel = "TEXT", description = "For those who wait.")
          @Nullable String message)
      throws IOException, InterruptedException {
    return state(target, event, "drain", message);
  }

  @Command(name = "close", description = "Takes nobody new and calls nobody.")
  int close(
      @Mixin KeysCommand.Target target,
      @Parameters(paramLabel = EVENT, description = WHICH) String event,
      @Option(names = "--message", paramLabel = "TEXT", description = "For those who come.")
          @Nullable String message)
      throws IOException, InterruptedException {
    return state(target, event, "closed", message);
  }

  @Command(name = "admit", description = "Calls so many at once, whatever the rate.")
  int admit(
      @Mixin KeysCommand.Target target,
      @Parameters(index = "0", paramLabel = EVENT, description = WHICH) String event,
      @Parameters(index = "1", paramLabel = "N", description = "How many, 1 to 10000.") int number)
      throws IOException, InterruptedException {
    ObjectNode body = JSON.createObjectNode().put("n", number);
    JsonNode answer = target.call("POST", path(event, "/admit"), Optional.of(body));
    target.print(answer, answer.path("called").asText() + " called");
    return 0;
  }

  @Command(name = "set", description = "Changes rate, capacity or message.")
  int set(
      @Mixin KeysCommand.Target target,
      @Parameters(paramLabel = EVENT, description = WHICH) String event,
      @Option(names = "--admit", paramLabel = "RATE", description = "Such as 50/s.")
          @Nullable String admit,
      @Option(names = "--capacity", paramLabel = "N", description = "How many may be inside.")
          @Nullable Integer capacity,
      @Option(names = "--message", paramLabel = "TEXT", description = "For those who wait.")
          @Nullable String message)
      throws IOException, InterruptedException {
    ObjectNode body = JSON.createObjectNode();
    if (admit != null) {
      body.put("admit", admit);
    }
    if (capacity != null) {
      body.put("capacity", capacity);
    }
    if (message != null) {
      body.put("message", message);
    }
    if (body.isEmpty()) {
      throw new IllegalArgumentException(
          "nothing to set (expected: --admit, --capacity or --message)");
    }
    return change(target, event, body);
  }

  private static int state(
      KeysCommand.Target target, String event, String state, @Nullable String message)
      throws IOException, InterruptedException {
    ObjectNode body = JSON.createObjectNode().put("state", state);
    if (message != null) {
      body.put("message", message);
    }
    return change(target, event, body);
  }

  private static int change(KeysCommand.Target target, String event, ObjectNode body)
      throws IOException, InterruptedException {
    JsonNode state = target.call("PUT", path(event, ""), Optional.of(body));
    target.print(state, QueueView.of(state, System.nanoTime()).text(Optional.empty()));
    return 0;
  }

  private static String path(String event, String more) {
    if (!event.matches("[A-Za-z0-9._:-]{1,128}")) {
      throw new IllegalArgumentException(event + " (expected: the name of an event)");
    }
    return "/admin/queues/" + event + more;
  }
}
