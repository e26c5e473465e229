package dev.gatehouse.localstack.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.localstack.machine.Loopback;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetadataApiTest {
  private static final String PATH = "/2026-01-15/metadata/execution-environment";

  private final MetadataApi api = new MetadataApi();
  private final Loopback listener = Loopback.start(api);

  MetadataApiTest() throws IOException {}

  @AfterEach
  void stop() {
    listener.close();
  }

  @Test
  void eachEnvironmentIsToldItsOwnZone() throws Exception {
    Environment one = environment("one");
    String first = api.admit(one, 1);
    String second = api.admit(environment("two"), 2);
    HttpResponse<String> answer = ask("GET", PATH, "Bearer " + first);
    assertThat(answer.body()).isEqualTo("{\"AvailabilityZoneID\":\"euc1-az2\"}");
    assertThat(answer.headers().firstValue("Cache-Control"))
        .hasValue("private, max-age=43200, immutable");
    assertThat(ask("GET", PATH, "Bearer " + second).body()).contains("\"euc1-az1\"");
    api.dismiss(one);
    assertThat(ask("GET", PATH, "Bearer " + first).statusCode()).isEqualTo(401);
  }

  @Test
  void nothingElseIsTold() throws Exception {
    String token = "Bearer " + api.admit(environment("one"), 1);
    assertThat(ask("GET", PATH, "Bearer other").statusCode()).isEqualTo(401);
    assertThat(ask("GET", PATH, token.substring(7)).statusCode()).isEqualTo(401);
    assertThat(ask("POST", PATH, token).statusCode()).isEqualTo(405);
    assertThat(ask("GET", PATH + "/more", token).statusCode()).isEqualTo(404);
    assertThat(ask("GET", "/elsewhere", token).body()).doesNotContain("euc1");
  }

  private HttpResponse<String> ask(String method, String path, String authorization)
      throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + listener.port() + path);
      return client.send(
          HttpRequest.newBuilder(uri)
              .method(method, BodyPublishers.noBody())
              .header("Authorization", authorization)
              .build(),
          BodyHandlers.ofString());
    }
  }

  private static Environment environment(String id) {
    return new Environment(
        id,
        new Environment.Listener() {
          @Override
          public void free(Environment environment) {}

          @Override
          public void dead(Environment environment) {}
        });
  }
}
