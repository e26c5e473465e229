package dev.gatehouse.localstack.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code gatehouse keys}: the API keys of a running gateway, through its {@code /admin/keys}. */
@Command(
    name = "keys",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    description = "Makes, lists, rotates and revokes the API keys of a running gateway.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "A gateway has keys where its gateway.yaml says `identity: {apiKeys: {}}`;",
      "elsewhere all of these are answered 404.",
      "",
      "An operator's token has the scope gateway:admin: --token, or",
      "GATEHOUSE_TOKEN, or with --gateway one that the local run of that folder",
      "signs.",
      "",
      "Example:",
      "  ./gatehouse keys create --gateway DIR --owner batch --scope orders:read"
    })
final class KeysCommand implements Runnable {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec spec;

  private KeysCommand() {
    spec = CommandSpec.create(); // picocli sets the real one
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** Which gateway, and who asks. */
  static final class Target {
    @Option(
        names = "--url",
        paramLabel = "URL",
        description =
            "The gateway (default: the local run of --gateway, or http://localhost:8000).")
    private @Nullable String url;

    @Option(names = "--token", paramLabel = "JWT", description = "An operator's token.")
    private @Nullable String token;

    @Option(
        names = "--gateway",
        paramLabel = "DIR",
        description = "A folder with gateway.yaml whose local run signs the token.")
    private @Nullable Path gateway;

    @Option(names = "--json", description = "Print the gateway's answer as it is.")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    private Target() {
      spec = CommandSpec.create(); // picocli sets the real one
    }

    JsonNode call(String method, String path, Optional<ObjectNode> body)
        throws IOException, InterruptedException {
      Optional<OperatorToken.Run> run =
          gateway == null
              ? Optional.empty()
              : OperatorToken.run(GatehouseCommand.project().folder(gateway));
      String address =
          url != null ? url : run.map(OperatorToken.Run::url).orElse("http://localhost:8000");
      String credential =
          token != null
              ? token
              : Optional.ofNullable(System.getenv("GATEHOUSE_TOKEN"))
                  .filter(value -> !value.isBlank() && run.isEmpty())
                  .orElseGet(() -> run.map(OperatorToken.Run::token).orElse(""));
      if (credential.isEmpty()) {
        throw new IOException("no token (expected: --token, GATEHOUSE_TOKEN or --gateway)");
      }
      return new AdminClient(address, credential).call(method, path, body);
    }

    boolean json() {
      return json;
    }

    /** The whole answer with {@code --json}, otherwise this. */
    void print(JsonNode answer, String text) {
      spec.commandLine().getOut().println(json ? answer.toString() : text);
    }
  }

  @Command(name = "create", description = "Makes a key and prints it, this once and never again.")
  int create(
      @Mixin Target target,
      @Option(
              names = "--owner",
              required = true,
              paramLabel = "NAME",
              description = "Who calls with it: X-User-Id of its requests.")
          String owner,
      @Option(names = "--name", paramLabel = "TEXT", description = "A note for people.")
          @Nullable String name,
      @Option(names = "--scope", paramLabel = "S", description = "A scope; repeatable.")
          @Nullable List<String> scopes,
      @Option(names = "--role", paramLabel = "R", description = "A role; repeatable.")
          @Nullable List<String> roles,
      @Option(names = "--tier", paramLabel = "T", description = "The tier.") @Nullable String tier,
      @Option(
              names = "--expires",
              paramLabel = "TIME",
              description = "When it ends, from now: 12h, 90d (default: never).")
          @Nullable String expires)
      throws IOException, InterruptedException {
    ObjectNode body = JSON.createObjectNode().put("owner", owner);
    put(body, "name", name);
    put(body, "tier", tier);
    array(body, "scopes", scopes);
    array(body, "roles", roles);
    expiry(body, expires);
    JsonNode answer = target.call("POST", "/admin/keys", Optional.of(body));
    target.print(answer, answer.path("key").asText());
    return 0;
  }

  @Command(name = "list", description = "Lists all keys: id, status, owner, scopes, last use.")
  int list(@Mixin Target target) throws IOException, InterruptedException {
    ArrayNode all = JSON.createArrayNode();
    String next = "";
    do {
      String after = next.isEmpty() ? "" : "&after=" + next;
      JsonNode page = target.call("GET", "/admin/keys?limit=100" + after, Optional.empty());
      page.path("keys").forEach(all::add);
      next = page.path("next").asText("");
    } while (!next.isEmpty());
    List<String> lines = new ArrayList<>();
    all.forEach(key -> lines.add(line(key)));
    if (target.json || !lines.isEmpty()) {
      target.print(all, String.join(System.lineSeparator(), lines));
    }
    return 0;
  }

  @Command(name = "show", description = "Prints what is known of a key.")
  int show(@Mixin Target target, @Parameters(paramLabel = "ID") String id)
      throws IOException, InterruptedException {
    JsonNode key = target.call("GET", path(id, ""), Optional.empty());
    List<String> lines = new ArrayList<>();
    key.properties()
        .forEach(
            member ->
                lines.add(
                    member.getKey()
                        + ": "
                        + (member.getValue().isTextual()
                            ? member.getValue().asText()
                            : member.getValue().toString())));
    target.print(key, String.join(System.lineSeparator(), lines));
    return 0;
  }

  @Command(
      name = "rotate",
      description = "Makes a key in the place of another and prints it; both work for a while.")
  int rotate(
      @Mixin Target target,
      @Parameters(paramLabel = "ID") String id,
      @Option(
              names = "--overlap",
              paramLabel = "TIME",
              defaultValue = "1d",
              description = "How long the old key still works (default: ${DEFAULT-VALUE}).")
          String overlap,
      @Option(
              names = "--expires",
              paramLabel = "TIME",
              description = "When the new key ends, from now (default: never).")
          @Nullable String expires)
      throws IOException, InterruptedException {
    ObjectNode body =
        JSON.createObjectNode()
            .put("overlap_sec", TokenPayload.lifetime("--overlap", overlap).toSeconds());
    expiry(body, expires);
    JsonNode answer = target.call("POST", path(id, "/rotate"), Optional.of(body));
    target.print(answer, answer.path("key").asText());
    return 0;
  }

  @Command(name = "revoke", description = "Ends a key at once and for good.")
  int revoke(@Mixin Target target, @Parameters(paramLabel = "ID") String id)
      throws IOException, InterruptedException {
    JsonNode answer = target.call("DELETE", path(id, ""), Optional.empty());
    PrintWriter err = spec.commandLine().getErr();
    if (target.json) {
      target.print(answer, "");
    } else {
      err.println(id + " is revoked since " + answer.path("revoked_at").asText());
    }
    return 0;
  }

  private static String path(String id, String more) {
    if (!id.matches("[A-Za-z0-9]{1,64}")) {
      throw new IllegalArgumentException(id + " (expected: the id of a key, not the key)");
    }
    return "/admin/keys/" + id + more;
  }

  private static String line(JsonNode key) {
    List<String> scopes = new ArrayList<>();
    key.path("scopes").forEach(scope -> scopes.add(scope.asText()));
    return String.join(
        "  ",
        key.path("id").asText(),
        key.path("status").asText(),
        key.path("owner").asText(),
        scopes.isEmpty() ? "-" : String.join(",", scopes),
        key.path("expires_at").asText("-"),
        key.path("last_used").asText("-"));
  }

  private static void put(ObjectNode body, String name, @Nullable String value) {
    if (value != null) {
      body.put(name, value);
    }
  }

  private static void array(ObjectNode body, String name, @Nullable List<String> values) {
    if (values != null) {
      ArrayNode array = body.putArray(name);
      values.forEach(array::add);
    }
  }

  private static void expiry(ObjectNode body, @Nullable String expires) {
    if (expires != null) {
      Instant end = Clock.systemUTC().instant().plus(TokenPayload.lifetime("--expires", expires));
      body.put("expires_at", Instant.ofEpochSecond(end.getEpochSecond()).toString());
    }
  }
}
