package dev.gatehouse.secrets;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.gatehouse.json.Json;
import dev.gatehouse.lifecycle.Participant;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.lambda.powertools.parameters.secrets.SecretsProvider;

/**
 * The secrets of an environment.
 *
 * <p>A value is kept for {@link #AGE} by the wall clock and not across a checkpoint, so a rotated
 * secret is in use soon without a deployment. While Secrets Manager cannot be reached the last
 * value goes on being used.
 */
public final class Secrets implements Participant, AutoCloseable {
  /** How long a value is used before it is read again. */
  static final Duration AGE = Duration.ofMinutes(5);

  private static final Duration ATTEMPT = Duration.ofSeconds(2);
  private static final Duration CALL = Duration.ofSeconds(5);

  private final InstantSource clock;
  private final Map<String, Held> held = new HashMap<>();
  private @Nullable SecretsManagerClient client;

  /**
   * @param clock the wall clock, for ages
   */
  public Secrets(InstantSource clock) {
    this.clock = clock;
  }

  /** A secret's text, or why there is none. */
  public sealed interface Secret {
    /** The text; not part of any message. */
    record Known(String text) implements Secret {
      @Override
      public String toString() {
        return "Known";
      }
    }

    /**
     * It could not be read, now or before.
     *
     * @param reason the fault's class, for the log
     */
    record Unavailable(String reason) implements Secret {}
  }

  private record Held(String text, Instant readAt) {
    @Override
    public String toString() {
      return "Held since " + readAt;
    }
  }

  /**
   * The text of a secret.
   *
   * @param name its name or ARN
   */
  public synchronized Secret text(String name) {
    Held kept = held.get(name);
    if (kept != null && clock.instant().isBefore(kept.readAt().plus(AGE))) {
      return new Secret.Known(kept.text());
    }
    return read(name);
  }

  /** The text of a secret, read now: for a value that turned out to be out of date. */
  public synchronized Secret read(String name) {
    try {
      // Powertools would cache as well; one age is enough, and it has to survive an outage.
      String text =
          SecretsProvider.builder()
              .withClient(client())
              .build()
              .withMaxAge(0, ChronoUnit.SECONDS)
              .get(name);
      held.put(name, new Held(text, clock.instant()));
      return new Secret.Known(text);
    } catch (SdkException e) {
      return Optional.ofNullable(held.get(name))
          .<Secret>map(kept -> new Secret.Known(kept.text()))
          .orElse(new Secret.Unavailable(e.getClass().getSimpleName()));
    }
  }

  /** The string members of a secret that is a JSON object; anything else is empty. */
  public static Map<String, String> members(String json) {
    Map<String, String> members = new LinkedHashMap<>();
    try (JsonParser parser = Json.FACTORY.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Map.of();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if (parser.nextToken() == JsonToken.VALUE_STRING) {
          members.put(name, parser.getText());
        } else {
          parser.skipChildren();
        }
      }
      return members;
    } catch (IOException e) {
      // The parser's message quotes the text around the fault: it must not travel.
      return Map.of();
    }
  }

  @Override
  public void beforeCheckpoint() {
    close();
  }

  /** Forgets every value and lets the client go; the next use reads again. */
  @Override
  public synchronized void close() {
    held.clear();
    if (client != null) {
      client.close();
      client = null;
    }
  }

  private SecretsManagerClient client() {
    if (client == null) {
      client =
          SecretsManagerClient.builder()
              .httpClientBuilder(
                  UrlConnectionHttpClient.builder()
                      .connectionTimeout(ATTEMPT)
                      .socketTimeout(ATTEMPT))
              .overrideConfiguration(
                  ClientOverrideConfiguration.builder()
                      .apiCallAttemptTimeout(ATTEMPT)
                      .apiCallTimeout(CALL)
                      .build())
              .build();
    }
    return client;
  }
}
