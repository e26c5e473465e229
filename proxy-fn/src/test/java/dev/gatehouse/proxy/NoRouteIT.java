package dev.gatehouse.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.http.FrontDoor;
import dev.gatehouse.proxy.Shop.Answer;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What no route takes is answered before anything is spent. */
final class NoRouteIT {
  @RegisterExtension static final Fleet FLEET = new Fleet();

  private RawServer back;
  private FrontDoor door;

  @BeforeEach
  void start() throws IOException {
    back =
        new RawServer(
            (request, connection) ->
                connection
                    .getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(UTF_8)));
    door =
        FLEET.environment(
            Fleet.gateway(
                """
                limits: {two: {by: ip, rate: 2/1h}}
                services: {s: {url: "URL"}}
                routes:
                  - {match: GET /a, to: s, allow: public, limits: [two], when: {version: "1"}}
                  - {match: GET /a, to: s, allow: public, limits: [two], when: {version: "2"}}
                """
                    .replace("URL", back.url())));
  }

  @AfterEach
  void stop() throws IOException {
    back.close();
  }

  @ParameterizedTest
  @CsvSource({"GET,/b,1,404", "POST,/a,1,405", "GET,/a,3,406", "GET,/a,'1, 2',400"})
  void noLimitIsSpentAndNoServiceCalled(String method, String path, String version, int status)
      throws IOException {
    long scripts = FLEET.server().executed("evalsha");
    for (int i = 0; i < 5; i++) {
      Answer answer = answer(method, path, version);
      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.all("RateLimit")).isEmpty();
    }
    assertThat(FLEET.server().executed("evalsha")).isEqualTo(scripts);
    assertThat(back.requests()).isEmpty();
    assertThat(answer("GET", "/a", "1").status()).isEqualTo(200);
    assertThat(answer("GET", "/a", "2").status()).isEqualTo(200);
    assertThat(answer("GET", "/a", "2").status()).isEqualTo(429);
    assertThat(back.requests()).hasSize(2);
  }

  private Answer answer(String method, String path, String version) throws IOException {
    return Shop.serve(door, ApiEvent.of(method, path).with("Accept-Version", version));
  }
}
