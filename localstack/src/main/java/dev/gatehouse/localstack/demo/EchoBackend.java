package dev.gatehouse.localstack.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatehouse.localstack.demo.Behaviour.Answer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Answers with what it saw, for services without a back end of their own. */
record EchoBackend(String service) implements Backend {
  @Override
  public Answer answer(RecordedRequest request) {
    ObjectNode seen = (ObjectNode) request.json();
    seen.put("service", service);
    return new Answer(
        200,
        Map.of("Content-Type", List.of("application/json")),
        seen.toString().getBytes(StandardCharsets.UTF_8));
  }
}
