package dev.gatehouse.config;

import java.util.Optional;

/** The {@code operations:} section: what its {@link Form} cannot say, and its record. */
final class OperationsSection {
  private OperationsSection() {}

  static void check(Cursor allow, Cursor root, Faults faults) {
    AllowSection.check(allow, root, faults);
    allow
        .at("signature")
        .ifPresent(signature -> faults.at(signature, "public, optional, or credentials"));
  }

  static Operations read(Cursor operations) {
    return new Operations(
        allow(operations.at("health")),
        allow(operations.at("metrics")),
        allow(operations.at("docs")));
  }

  private static Allow allow(Optional<Cursor> place) {
    return place.map(AllowSection::read).orElse(new Allow.Public());
  }
}
