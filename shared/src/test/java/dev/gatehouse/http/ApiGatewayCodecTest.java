package dev.gatehouse.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class ApiGatewayCodecTest {
  private static final String EVENT =
      """
      {"resource":"/{proxy+}","path":"/a%20b","httpMethod":"POST",
       "headers":{"X-One":"last"},
       "multiValueHeaders":{"X-One":["first","last"],"cookie":["c=1"]},
       "queryStringParameters":{"q":"2"},
       "multiValueQueryStringParameters":{"q":["1","2"],"empty":[""]},
       "pathParameters":{"proxy":"a b"},"stageVariables":null,
       "requestContext":{"requestId":"id-1","domainName":"api.example","identity":{"sourceIp":"192.0.2.1","userAgent":null},
         "authorizer":{"kind":"jwt","subject":"alice","integrationLatency":12,"nothing":null}},
       "isBase64Encoded":true,"body":"BODY"}
      """
          .replace("BODY", Base64.getEncoder().encodeToString(new byte[] {0, (byte) 0xff, '\n'}));

  @Test
  void anEventBecomesARequest() throws IOException {
    GatewayRequest request = decode(EVENT);
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.rawPath()).isEqualTo("/a%20b");
    assertThat(request.headers().all("x-one")).containsExactly("first", "last");
    assertThat(request.query().encoded()).isEqualTo("q=1&q=2&empty=");
    assertThat(request.body()).isEqualTo(new byte[] {0, (byte) 0xff, '\n'});
    assertThat(request.sourceIp()).isEqualTo("192.0.2.1");
    assertThat(request.gatewayRequestId()).isEqualTo("id-1");
    assertThat(request.domain()).isEqualTo("api.example");
    assertThat(request.authorizer())
        .containsEntry("subject", "alice")
        .containsEntry("integrationLatency", "12")
        .doesNotContainKey("nothing");
  }

  @Test
  void absentPartsAreEmpty() throws IOException {
    GatewayRequest request =
        decode(
            """
            {"httpMethod":"GET","path":"/","multiValueHeaders":null,"body":null,"isBase64Encoded":false,
             "multiValueQueryStringParameters":null,"requestContext":{"authorizer":null,"identity":{}}}
            """);
    assertThat(request.headers()).isEqualTo(Headers.EMPTY);
    assertThat(request.query()).isEqualTo(Query.EMPTY);
    assertThat(request.body()).isEmpty();
    assertThat(request.authorizer()).isEmpty();
  }

  @Test
  void anotherEventIsNamedAsSuch() {
    assertThatThrownBy(() -> decode("{\"Records\":[]}"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("expected: a REST proxy event");
    assertThatThrownBy(() -> decode("[]")).isInstanceOf(IOException.class);
  }

  @Test
  void repeatedFieldsGoOutTogetherUnderTheirFirstSpelling() throws IOException {
    JsonNode answer =
        encode(
            new GatewayResponse(
                201,
                Headers.of("Set-Cookie", "a=1", "X-A", "1", "set-cookie", "b=2"),
                "{}".getBytes(UTF_8)));
    assertThat(answer.path("statusCode").intValue()).isEqualTo(201);
    assertThat(answer.path("multiValueHeaders").toString())
        .isEqualTo("{\"Set-Cookie\":[\"a=1\",\"b=2\"],\"X-A\":[\"1\"]}");
    assertThat(answer.path("isBase64Encoded").booleanValue()).isFalse();
  }

  @Test
  void compressedTextStaysOctets() throws IOException {
    JsonNode answer =
        encode(
            new GatewayResponse(
                200, Headers.of("Content-Encoding", "gzip"), "plain".getBytes(UTF_8)));
    assertThat(answer.path("isBase64Encoded").booleanValue()).isTrue();
  }

  @Property(tries = 500)
  void everyBodyComesBackByteForByte(@ForAll byte[] body) throws IOException {
    JsonNode answer = encode(new GatewayResponse(200, Headers.EMPTY, body));
    String text = answer.path("body").textValue();
    byte[] received =
        answer.path("isBase64Encoded").booleanValue()
            ? Base64.getDecoder().decode(text)
            : text.getBytes(UTF_8);
    assertThat(received).isEqualTo(body);
  }

  private static GatewayRequest decode(String event) throws IOException {
    return ApiGatewayCodec.decode(new ByteArrayInputStream(event.getBytes(UTF_8)));
  }

  private static JsonNode encode(GatewayResponse response) throws IOException {
    return new ObjectMapper().readTree(ApiGatewayCodec.encode(response));
  }
}
