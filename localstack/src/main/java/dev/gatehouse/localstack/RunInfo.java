package dev.gatehouse.localstack;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatehouse.localstack.demo.DemoIssuer;
import dev.gatehouse.localstack.demo.Upstream;

/** Where everything of a run is, for people and scripts that look behind the API. */
record RunInfo(Deployment run) {
  private static final ObjectMapper JSON = new ObjectMapper();

  ObjectNode json() {
    ObjectNode info = JSON.createObjectNode().put("gateway", run.gateway().name());
    info.put("folder", run.options().gateway().toString());
    info.put("pid", ProcessHandle.current().pid());
    redis(info.putObject("redis"));
    ObjectNode dynamo =
        info.putObject("dynamodb").put("endpoint", run.cloud().dynamo().uri().toString());
    run.tables().forEach(dynamo.putArray("tables")::add);
    info.putObject("secretsmanager")
        .put("endpoint", run.cloud().secretsEndpoint().uri().toString());
    info.putObject("xray")
        .put("address", run.cloud().xray().address())
        .put("segments", run.cloud().xray().count());
    issuers(info);
    upstreams(info.putObject("upstreams"));
    return info;
  }

  private void redis(ObjectNode redis) {
    redis
        .put("host", "127.0.0.1")
        .put("port", run.cloud().redis().port())
        .put("endpoint", run.cloud().redis().endpoint())
        .put("tls", true)
        .put("ca", run.folder().path().resolve("redis/ca.crt").toString());
    ObjectNode users = redis.putObject("users");
    run.cloud().redis().passwords().forEach(users::put);
  }

  private void issuers(ObjectNode info) {
    for (DemoIssuer issuer : run.surroundings().issuers().all()) {
      ObjectNode entry =
          info.withArray("issuers")
              .addObject()
              .put("name", issuer.name())
              .put("issuer", issuer.issuer().issuer());
      run.surroundings()
          .issuers()
          .keySet(issuer)
          .ifPresent(uri -> entry.put("jwks", uri.toString()));
    }
  }

  private void upstreams(ObjectNode upstreams) {
    for (Upstream upstream : run.surroundings().upstreams().values()) {
      upstreams.put(upstream.service(), "http://127.0.0.1:" + upstream.port());
    }
  }
}
