package dev.gatehouse.localstack.lambda;

import dev.gatehouse.localstack.lambda.Functions.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * One function's log: what its environments write to stdout and stderr, and a line of the host
 * where Lambda writes one.
 */
record FunctionLog(Path file) {

  void outcome(String requestId, Outcome outcome) {
    switch (outcome) {
      case Outcome.TimedOut(var after) ->
          line(
              String.format(
                  Locale.ROOT,
                  "%s Task timed out after %.2f seconds",
                  requestId,
                  after.toMillis() / 1000.0));
      case Outcome.Crashed(String reason) -> line("RequestId: " + requestId + " Error: " + reason);
      case Outcome.TooLarge(long bytes) ->
          line(
              "RequestId: "
                  + requestId
                  + " Error: payload of "
                  + bytes
                  + " bytes (expected: at most "
                  + Quota.PAYLOAD_BYTES
                  + ")");
      case Outcome.Throttled _ -> line("RequestId: " + requestId + " Error: throttled");
      case Outcome.Failed _ -> {} // the runtime has logged it
      case Outcome.Answered _ -> {}
    }
  }

  void line(String line) {
    try {
      Files.writeString(
          file,
          line + "\n",
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] content() throws IOException {
    return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
  }
}
