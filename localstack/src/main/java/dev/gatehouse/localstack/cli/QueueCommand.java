package dev.gatehouse.localstack.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
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
      "Example:",
      "  ./gatehouse queue pause evt-1 --gateway examples/traffic-tacos --message 'back at 8'"
    })
final class QueueCommand implements Runnable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EVENT = "EVENT";
  private static final String CLEAR = "\u001b[H\u001b[J";

  @Spec private CommandSpec spec;

  private QueueCommand() {
    spec = CommandSpec.create(); // picocli sets the real one
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(name = "watch", description = "Shows a line again and again, until Ctrl-C.")
  int watch(
      @Mixin KeysCommand.Target target,
      @Parameters(paramLabel = EVENT) String event,
      @Option(
              names = "--every",
              paramLabel = "TIME",
              defaultValue = "1s",
              description = "How often (default: ${DEFAULT-VALUE}).")
          String every,
      @Option(
              names = "--times",
              paramLabel = "N",
              defaultValue = "0",
              description = "How many times, one below the other (default: until Ctrl-C).")
          int times)
      throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    long pause = TokenPayload.lifetime("--every", every).toMillis();
    QueueView before = QueueView.NONE;
    for (int i = 0; times == 0 || i < times; i++) {
      if (i > 0) {
        Thread.sleep(pause);
      }
      JsonNode state = target.call("GET", path(event, ""), Optional.empty());
      QueueView view = QueueView.of(state, System.nanoTime());
      target.print(state, (times == 0 ? CLEAR : "") + view.text(before));
      out.flush();
      before = view;
    }
    return 0;
  }

  @Command(name = "open", description = "Lets everyone join, and calls.")
  int open(@Mixin KeysCommand.Target target, @Parameters(paramLabel = EVENT) String event)
      throws IOException, InterruptedException {
    return change(target, event, JSON.createObjectNode().put("state", "open"));
  }

  @Command(name = "pause", description = "Calls nobody; everyone may join and keeps the place.")
  int pause(
      @Mixin KeysCommand.Target target,
      @Parameters(paramLabel = EVENT) String event,
      @Option(names = "--message", paramLabel = "TEXT", description = "For those who wait.")
          @Nullable String message)
      throws IOException, InterruptedException {
    return state(target, event, "paused", message);
  }

  @Command(name = "drain", description = "Takes nobody new; calls those who wait.")
  int drain(
      @Mixin KeysCommand.Target target,
      @Parameters(paramLabel = EVENT) String event,
      @Option(names = "--message", paramLabel = "TEXT", description = "For those who wait.")
          @Nullable String message)
      throws IOException, InterruptedException {
    return state(target, event, "drain", message);
  }

  @Command(name = "close", description = "Takes nobody new and calls nobody.")
  int close(
      @Mixin KeysCommand.Target target,
      @Parameters(paramLabel = EVENT) String event,
      @Option(names = "--message", paramLabel = "TEXT", description = "For those who come.")
          @Nullable String message)
      throws IOException, InterruptedException {
    return state(target, event, "closed", message);
  }

  @Command(name = "admit", description = "Calls so many at once, whatever the rate.")
  int admit(
      @Mixin KeysCommand.Target target,
      @Parameters(index = "0", paramLabel = EVENT) String event,
      @Parameters(index = "1", paramLabel = "N") int number)
      throws IOException, InterruptedException {
    ObjectNode body = JSON.createObjectNode().put("n", number);
    JsonNode answer = target.call("POST", path(event, "/admit"), Optional.of(body));
    target.print(answer, answer.path("called").asText() + " called");
    return 0;
  }

  @Command(name = "set", description = "Changes rate, capacity or message.")
  int set(
      @Mixin KeysCommand.Target target,
      @Parameters(paramLabel = EVENT) String event,
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
      throw new IllegalArgumentException("nothing to set (expected: --admit, --capacity …)");
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
    target.print(state, QueueView.of(state, System.nanoTime()).text(QueueView.NONE));
    return 0;
  }

  private static String path(String event, String more) {
    if (!event.matches("[A-Za-z0-9._:-]{1,128}")) {
      throw new IllegalArgumentException(event + " (expected: the name of an event)");
    }
    return "/admin/queues/" + event + more;
  }
}
