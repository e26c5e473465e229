package dev.gatehouse.authorizer;

import java.util.List;
import java.util.Optional;

/**
 * A part of a list.
 *
 * @param items at most as many as were asked for; fewer are no sign of the end
 * @param next where the list goes on; empty at its end
 */
record Page<T>(List<T> items, Optional<String> next) {
  Page {
    items = List.copyOf(items);
  }
}
