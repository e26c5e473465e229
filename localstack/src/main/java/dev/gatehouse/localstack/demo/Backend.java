package dev.gatehouse.localstack.demo;

import dev.gatehouse.localstack.demo.Behaviour.Answer;
import java.io.IOException;

/** What answers a service's requests when nothing else was asked for. */
@FunctionalInterface
interface Backend {
  Answer answer(RecordedRequest request) throws IOException;
}
