package dev.gatehouse.queue;

import dev.gatehouse.json.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.text.NumberFormat;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A language of the waiting room: its texts stand in one file, {@code waiting-room.TAG.json}.
 *
 * @param tag such as {@code en} (BCP 47)
 */
record Language(String tag, Map<String, String> texts) {
  /** The first is for those who ask for none of them. */
  static final List<Language> ALL = List.of(read("en"), read("ko"));

  Language {
    texts = Map.copyOf(texts);
  }

  /** The best for an Accept-Language (RFC 9110 section 12.5.4). */
  static Language accepted(Optional<String> field) {
    List<Locale.LanguageRange> ranges;
    try {
      ranges = Locale.LanguageRange.parse(field.filter(text -> text.length() < 500).orElse("en"));
    } catch (IllegalArgumentException e) {
      ranges = List.of();
    }
    String tag = Locale.lookupTag(ranges, ALL.stream().map(Language::tag).toList());
    return ALL.stream().filter(known -> known.tag().equals(tag)).findFirst().orElse(ALL.getFirst());
  }

  String text(String name) {
    return texts.getOrDefault(name, name);
  }

  /** By name, for HTML. */
  Map<String, String> escapedTexts() {
    Map<String, String> escaped = new HashMap<>();
    texts.forEach((name, text) -> escaped.put(name, RoomPage.escaped(text)));
    return escaped;
  }

  String number(long value) {
    return NumberFormat.getIntegerInstance(Locale.forLanguageTag(tag)).format(value);
  }

  /** Rounded as the page's script rounds it. */
  String estimate(Optional<Eta.Range> range) {
    if (range.isEmpty()) {
      return text("eta_none");
    }
    long low = range.get().low();
    long high = range.get().high();
    if (high < 60) {
      return text("eta_soon");
    }
    if (high - low < 60) {
      return text("eta_one").replace("{high}", span(Math.round(high / 60.0)));
    }
    return text(low < 60 ? "eta_most" : "eta_range")
        .replace("{low}", span(low / 60))
        .replace("{high}", span(Math.ceilDiv(high, 60)));
  }

  private String span(long minutes) {
    String hours = minutes < 60 ? "" : text("hours").replace("{n}", number(minutes / 60));
    String rest = minutes % 60 == 0 ? "" : text("minutes").replace("{n}", number(minutes % 60));
    return (hours + " " + rest).strip();
  }

  private static Language read(String tag) {
    Map<String, String> texts = new LinkedHashMap<>();
    switch (StrictJson.read(resource("waiting-room." + tag + ".json"))) {
      case StrictJson.Document(Map<String, Object> members) ->
          members.forEach((name, text) -> texts.put(name, String.valueOf(text)));
      case StrictJson.Malformed(String reason) ->
          throw new IllegalStateException(tag + ": " + reason + " (expected: texts by name)");
    }
    return new Language(tag, texts);
  }

  /** A file beside this class. */
  static byte[] resource(String name) {
    try (InputStream in = Language.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " missing (expected: a resource)");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
