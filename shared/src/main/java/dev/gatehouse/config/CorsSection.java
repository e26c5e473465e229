package dev.gatehouse.config;

import java.util.List;

/** The {@code cors:} section: what its {@link Form} cannot say, and its record. */
final class CorsSection {
  private CorsSection() {}

  static void check(Cursor cors, Faults faults) {
    List<Cursor> origins = cors.items("origins");
    for (Cursor origin : origins) {
      if (!origin.text().orElse("").equals("*")) {
        continue;
      }
      if (origins.size() > 1) {
        faults.at(origin, "* alone, or origins without it");
      }
      if (new Values(cors).flag("credentials")) {
        faults.at(origin, "the exact origins, as browsers refuse * with credentials");
      }
    }
  }

  static Cors read(Cursor cors) {
    Values values = new Values(cors);
    return new Cors(
        cors.texts("origins"),
        cors.texts("methods"),
        cors.texts("headers"),
        values.flag("credentials"),
        values.duration("maxAge", Cors.DEFAULT_MAX_AGE));
  }
}
