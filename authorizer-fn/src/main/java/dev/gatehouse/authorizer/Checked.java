package dev.gatehouse.authorizer;

import dev.gatehouse.authorizer.Outcome.Refused;
import java.util.function.Function;

/**
 * The outcome of one check on the way from a request to a principal.
 *
 * @param <T> what the check yields
 */
sealed interface Checked<T> {
  record Passed<T>(T value) implements Checked<T> {}

  record Failed<T>(Refused refused) implements Checked<T> {}

  static <T> Checked<T> passed(T value) {
    return new Passed<>(value);
  }

  static <T> Checked<T> failed(Refused refused) {
    return new Failed<>(refused);
  }

  /** The next check, if this one passed. */
  default <U> Checked<U> then(Function<T, Checked<U>> next) {
    return switch (this) {
      case Passed<T>(T value) -> next.apply(value);
      case Failed<T>(Refused refused) -> new Failed<>(refused);
    };
  }

  /** The end: what a passed check is worth, or the refusal. */
  default Outcome orRefused(Function<T, Outcome> last) {
    return switch (this) {
      case Passed<T>(T value) -> last.apply(value);
      case Failed<T>(Refused refused) -> refused;
    };
  }
}
