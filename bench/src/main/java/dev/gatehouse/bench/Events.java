package dev.gatehouse.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Events as API Gateway sends them. */
final class Events {
  private Events() {}

  /**
   * A GET with the client's token and with what the authorizer made of it: the proxy goes by the
   * latter, a function that stands alone by the former.
   */
  static byte[] get(String path, String token) {
    long now = System.currentTimeMillis() / 1_000;
    return """
        {"httpMethod":"GET","path":"%s","resource":"%1$s","queryStringParameters":null,
         "multiValueQueryStringParameters":null,"pathParameters":null,"stageVariables":null,
         "headers":{"Accept":"application/json","Authorization":"Bearer %2$s",
           "Host":"api.example.com","User-Agent":"bench"},
         "multiValueHeaders":{"Accept":["application/json"],"Authorization":["Bearer %2$s"],
           "Host":["api.example.com"],"User-Agent":["bench"]},
         "requestContext":{"requestId":"r","stage":"live","domainName":"api.example.com",
           "httpMethod":"GET","path":"%1$s","resourcePath":"%1$s","protocol":"HTTP/1.1",
           "identity":{"sourceIp":"192.0.2.1","userAgent":"bench"},
           "authorizer":{"kind":"jwt","issuer":"https://idp.example","subject":"user-1","roles":"",
             "scopes":"","issuedAt":"%3$d","expiresAt":"%4$d"}},
         "isBase64Encoded":false,"body":null}
        """
        .formatted(path, token, now - 10, now + 3_600)
        .getBytes(UTF_8);
  }
}
