package dev.gatehouse.config;

import java.util.List;
import java.util.function.Predicate;

/**
 * Settings that a version of the gateway accepts but does not act on yet, and settings that it
 * refuses because without them it would be open or wrong. One line for each feature: it goes when
 * the feature comes.
 */
public final class PendingSettings {
  private static final String REFUSED = "not yet available in this version";

  private final List<Setting> accepted;
  private final List<Setting> refused;

  private PendingSettings(List<Setting> accepted, List<Setting> refused) {
    this.accepted = accepted;
    this.refused = refused;
  }

  /** Nothing is pending and nothing refused. */
  public static PendingSettings none() {
    return new PendingSettings(List.of(), List.of());
  }

  /** What this version does not do yet. */
  public static PendingSettings ofThisVersion() {
    return new PendingSettings(
        List.of(),
        List.of(
            new Setting("services.*.grpc", _ -> true, REFUSED),
            new Setting("services.*.tls", _ -> true, REFUSED),
            new Setting("routes.*.graphql", _ -> true, REFUSED),
            new Setting("routes.*.allow.signature", _ -> true, REFUSED)));
  }

  /**
   * @param path keys with dots; {@code *} is every entry or item
   * @param pending whether a value is concerned
   * @param what the feature, or what was expected
   */
  private record Setting(String path, Predicate<Cursor> pending, String what) {
    List<Cursor> places(Cursor root) {
      List<Cursor> places = List.of(root);
      for (String step : path.split("\\.", -1)) {
        places = places.stream().flatMap(place -> below(place, step).stream()).toList();
      }
      return places.stream().filter(pending).toList();
    }

    private static List<Cursor> below(Cursor place, String step) {
      if (!step.equals("*")) {
        return place.at(step).map(List::of).orElse(List.of());
      }
      return place.isSequence() ? place.items() : List.copyOf(place.entries().values());
    }
  }

  /** The accepted settings of a file that are not in force. */
  List<Fault> list(Cursor root) {
    Faults pending = new Faults();
    for (Setting setting : accepted) {
      String expected = setting.what() + ", not in force in this version";
      setting.places(root).forEach(place -> pending.at(place, expected));
    }
    return pending.list();
  }

  /** Reports the settings of a file that this version refuses. */
  void refuse(Cursor root, Faults faults) {
    for (Setting setting : refused) {
      setting.places(root).forEach(place -> faults.at(place, setting.what()));
    }
  }
}
