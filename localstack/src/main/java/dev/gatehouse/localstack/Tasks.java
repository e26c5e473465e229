package dev.gatehouse.localstack;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Work of a start that goes on beside other work. */
final class Tasks {

  /** Work whose result is waited for. */
  record Task<T>(CompletableFuture<T> result) {
    /**
     * @throws IOException what the work has thrown, as its cause
     */
    T get() throws IOException {
      try {
        return result.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      } catch (ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        throw new IOException(cause.getMessage(), cause);
      }
    }
  }

  <T> Task<T> start(Callable<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("start")
        .start(
            () -> {
              try {
                result.complete(work.call());
              } catch (Exception e) {
                result.completeExceptionally(e);
              }
            });
    return new Task<>(result);
  }
}
