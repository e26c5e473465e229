package dev.gatehouse.ratelimit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Limit;
import dev.gatehouse.redis.ManualClock;
import dev.gatehouse.telemetry.GatewayMetrics;
import dev.gatehouse.telemetry.RequestLog;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecisionServiceTest {
  private static final Gateway SHOP = Shop.gateway();

  private final ManualClock clock = new ManualClock();
  private final RateLimiter limiter =
      new RateLimiter(new InMemoryBuckets(clock), new InMemoryBuckets(clock), 2);
  private final DecisionService service = service(limiter);

  @Test
  void allDescriptorsAreSpentOrNone() throws IOException {
    String both =
        descriptors(
            "{\"key\":\"user\",\"value\":\"alice\",\"cost\":4}",
            "{\"key\":\"login\",\"value\":\"192.0.2.1\",\"cost\":9}");
    JsonNode first = answer(both);
    assertThat(first.path("decision").asText()).isEqualTo("admitted");
    assertThat(first.at("/descriptors/0/key").asText()).isEqualTo("user");
    assertThat(first.at("/descriptors/0/remaining").asInt()).isEqualTo(1);
    assertThat(first.at("/headers/RateLimit").asText()).startsWith("\"user\";r=1;t=");
    JsonNode second = answer(both);
    assertThat(second.path("decision").asText()).isEqualTo("refused");
    assertThat(second.path("refused_by").asText()).isEqualTo("login");
    assertThat(second.path("retry_after_ms").asLong()).isBetween(1L, 120_000L);
    assertThat(second.at("/descriptors/0/remaining").asInt()).isEqualTo(1);
    assertThat(second.at("/descriptors/1/passed").asBoolean()).isFalse();
  }

  @Test
  void aWorkloadAndTheGatewayCountTheSame() throws IOException {
    Caller alice = Shop.user("alice", "192.0.2.1");
    limiter.decide(List.of(limit("user")), alice);
    assertThat(
            answer(descriptors("{\"key\":\"user\",\"value\":\"alice\"}"))
                .at("/descriptors/0/remaining")
                .asInt())
        .isEqualTo(8);
    assertThat(
            answer(
                    descriptors(
                        "{\"key\":\"user\",\"value\":{\"issuer\":\""
                            + Shop.ISSUER
                            + "\",\"user\":\"alice\"}}"))
                .at("/descriptors/0/remaining")
                .asInt())
        .isEqualTo(7);
    assertThat(
            answer(
                    descriptors(
                        "{\"key\":\"search\",\"value\":"
                            + "{\"user\":\"alice\",\"route\":\"GET /search\"}}"))
                .path("decision")
                .asText())
        .isEqualTo("admitted");
    assertThat(
            answer(descriptors("{\"key\":\"user\",\"value\":{\"ip\":\"192.0.2.9\"}}"))
                .at("/descriptors/0/remaining")
                .asInt())
        .isEqualTo(9);
  }

  @Test
  void withoutACostItIsTheLimits() throws IOException {
    assertThat(
            answer(descriptors("{\"key\":\"tenant\",\"value\":\"acme\"}"))
                .at("/descriptors/0/capacity")
                .asInt())
        .isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"descriptors":[{"key":"user","value":"a"}]} | /domain | missing (expected: shop)
          {"domain":"toys","descriptors":[{"key":"user","value":"a"}]} | /domain | toys (expected: shop)
          {"domain":null,"descriptors":[{"key":"user","value":"a"}]} | /domain | NULL (expected: shop)
          {"domain":"shop","descriptors":[{"key":"user","value":"a","cost":1.5}]} | /descriptors/0/cost | 1.5 (expected
          {"domain":"shop","descriptors":[{"key":"user","value":"a","cost":99999999999999999999}]} | /descriptors/0/cost | 9999
          {"domain":"shop"} | /descriptors | 0 of them (expected: 1 to 64)
          {"domain":"shop","descriptors":[],"x":1} | /x | unknown (expected: domain and descriptors)
          {"domain":"shop","descriptors":[7]} | /descriptors/0 | another form (expected: an object with key and value)
          {"domain":"shop","descriptors":[{"key":"usr","value":"a"}]} | /descriptors/0/key | usr (expected: a limit: one of user, minute
          {"domain":"shop","descriptors":[{"key":"user"}]} | /descriptors/0/value | missing (expected: user as a string, or an object of facts)
          {"domain":"shop","descriptors":[{"key":"search","value":"a"}]} | /descriptors/0/value | a (expected: an object of facts)
          {"domain":"shop","descriptors":[{"key":"search","value":{"user":"a","route":"GET /x"}}]} | /descriptors/0/value/route | GET /x (expected: one of GET /search)
          {"domain":"shop","descriptors":[{"key":"user","value":{"user":"a","ip":"192.0.2.1"}}]} | /descriptors/0/value/ip | not counted by (expected: of user)
          {"domain":"shop","descriptors":[{"key":"user","value":{"user":"a","issuer":"x"}}]} | /descriptors/0/value/issuer | x (expected: one of https://idp.example
          {"domain":"shop","descriptors":[{"key":"user","value":{"user":7}}]} | /descriptors/0/value/user | 7 (expected: a string)
          {"domain":"shop","descriptors":[{"key":"login","value":"here"}]} | /descriptors/0/ip | no address (expected: such as 192.0.2.1
          {"domain":"shop","descriptors":[{"key":"user","value":"a","cost":0}]} | /descriptors/0/cost | 0 (expected: 1 to 10,
          {"domain":"shop","descriptors":[{"key":"user","value":"a","cost":11}]} | /descriptors/0/cost | 11 (expected: 1 to 10,
          {"domain":"shop","descriptors":[{"key":"user","value":"a","hits":1}]} | /descriptors/0/hits | unknown (expected: key, value and cost)
          {"domain":"shop","descriptors":[{"key":"user","value":"a"},{"key":"user","value":"a"}]} | /descriptors/1 | the same key and value again
          """)
  void aFaultIsNamedWithItsPlace(String event, String pointer, String detail) throws IOException {
    JsonNode error = answer(event).path("error");
    assertThat(error.path("code").asText()).isEqualTo("VALIDATION_FAILED");
    assertThat(error.path("violations"))
        .anySatisfy(
            violation -> {
              assertThat(violation.path("pointer").asText()).isEqualTo(pointer);
              assertThat(violation.path("detail").asText()).startsWith(detail);
            });
    assertThat(
            answer(descriptors("{\"key\":\"user\",\"value\":\"a\"}"))
                .at("/descriptors/0/remaining")
                .asInt())
        .isEqualTo(9);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{",
        "{} {}",
        "{\"domain\":\"a\",\"domain\":\"b\"}",
        "{\"a\":\"\\ud800\"}"
      })
  void whatIsNoSuchObjectIsRefused(String event) throws IOException {
    assertThat(answer(event).at("/error/code").asText()).isEqualTo("INVALID_REQUEST");
  }

  @Test
  void withoutRedisADecisionSaysSo() throws IOException {
    RateLimiter alone =
        new RateLimiter(
            groups -> () -> groups.stream().map(group -> Optional.<Verdict>empty()).toList(),
            new InMemoryBuckets(clock),
            2);
    JsonNode answer = answer(service(alone), descriptors("{\"key\":\"user\",\"value\":\"alice\"}"));
    assertThat(answer.path("decision").asText()).isEqualTo("admitted");
    assertThat(answer.at("/descriptors/0/without_redis").asBoolean()).isTrue();
    assertThat(answer.at("/descriptors/0/remaining").asInt()).isEqualTo(4);
  }

  @Test
  void eventsOfApiGatewayAreNoInvocations() {
    assertThat(DecisionService.takes("{\"resource\":\"/\",\"httpMethod\":\"GET\"}".getBytes(UTF_8)))
        .isFalse();
    assertThat(DecisionService.takes("{\"domain\":{\"httpMethod\":1}}".getBytes(UTF_8))).isTrue();
  }

  private static Limit limit(String name) {
    return Objects.requireNonNull(SHOP.limits().get(name));
  }

  private DecisionService service(RateLimiter decides) {
    return new DecisionService(SHOP, decides, new GatewayMetrics(), clock);
  }

  private static String descriptors(String... all) {
    return "{\"domain\":\"shop\",\"descriptors\":[" + String.join(",", all) + "]}";
  }

  private JsonNode answer(String event) throws IOException {
    return answer(service, event);
  }

  private static JsonNode answer(DecisionService service, String event) throws IOException {
    return new ObjectMapper().readTree(service.answer(event.getBytes(UTF_8), new RequestLog()));
  }
}
