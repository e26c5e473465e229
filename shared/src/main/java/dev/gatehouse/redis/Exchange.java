package dev.gatehouse.redis;

import dev.gatehouse.redis.RedisReply.Reason;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.protocol.AsyncCommand;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A call on its way: the command that left and the place that its answer belongs to. */
record Exchange<T>(RedisFlush.Pending<T> call, AsyncCommand<String, byte[], T> command) {

  /** How a call ended. */
  enum End {
    ANSWERED,
    UNKNOWN_SCRIPT,
    /** The server lives, but will not do: another connection may find one that does. */
    WRONG_SERVER,
    /** The endpoint is a node of a cluster. */
    MOVED,
    FAILED
  }

  static <T> Exchange<T> of(RedisFlush.Pending<T> call) {
    return new Exchange<>(call, call.call().command());
  }

  /** The same call with its script's text. */
  Exchange<T> withScript() {
    return new Exchange<>(call, call.call().commandWithScript());
  }

  /**
   * Waits for the answer and puts it in its place.
   *
   * @param deadline in terms of {@link System#nanoTime()}
   */
  End end(long deadline) {
    try {
      call.answer(command.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS));
      return End.ANSWERED;
    } catch (ExecutionException e) {
      return e.getCause() instanceof RedisCommandExecutionException refused
          ? refused(String.valueOf(refused.getMessage()))
          : failed(Reason.DISCONNECTED, "connection lost");
    } catch (TimeoutException e) {
      command.cancel(true);
      return failed(Reason.TIMEOUT, "no answer in time");
    } catch (CancellationException e) {
      return failed(Reason.DISCONNECTED, "connection closed");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(Reason.DISCONNECTED, "interrupted");
    }
  }

  private End refused(String error) {
    int end = error.indexOf(' ');
    String code = end < 0 ? error : error.substring(0, end);
    call.fail(Reason.REFUSED, code);
    return switch (code) {
      case "NOSCRIPT" -> End.UNKNOWN_SCRIPT;
      case "MOVED" -> End.MOVED;
      case "READONLY", "MASTERDOWN", "NOAUTH" -> End.WRONG_SERVER;
      default -> End.FAILED;
    };
  }

  private End failed(Reason reason, String detail) {
    call.fail(reason, detail);
    return End.FAILED;
  }
}
