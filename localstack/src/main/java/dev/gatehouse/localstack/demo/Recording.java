package dev.gatehouse.localstack.demo;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The newest requests of a service, bounded in number and in bytes. */
final class Recording {
  private static final int REQUESTS = 10_000;
  private static final long BODY_BYTES = 32L * 1024 * 1024;

  private final Deque<RecordedRequest> requests = new ArrayDeque<>();
  private long bodyBytes;

  synchronized void add(RecordedRequest request) {
    requests.addLast(request);
    bodyBytes += request.body().length;
    while (requests.size() > REQUESTS || (bodyBytes > BODY_BYTES && requests.size() > 1)) {
      bodyBytes -= requests.removeFirst().body().length;
    }
  }

  /** Oldest first. */
  synchronized List<RecordedRequest> all() {
    return List.copyOf(requests);
  }

  synchronized void clear() {
    requests.clear();
    bodyBytes = 0;
  }
}
