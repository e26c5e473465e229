package dev.gatehouse.config;

import static dev.gatehouse.config.Form.Key.optional;
import static dev.gatehouse.config.Form.Key.required;

import dev.gatehouse.config.Destination.Share;
import dev.gatehouse.config.Form.Either;
import dev.gatehouse.config.Form.Flag;
import dev.gatehouse.config.Form.Keys;
import dev.gatehouse.config.Form.Named;
import dev.gatehouse.config.Form.Numbers;
import dev.gatehouse.config.Form.Text;
import dev.gatehouse.config.Form.Whole;
import dev.gatehouse.config.Match.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The {@code to:}, {@code rewrite:} and {@code redirect:} of a route. */
final class DestinationSection {
  private static final int HEAVIEST = 1_000_000;

  static final Form TO =
      new Either(
          new Text(Notation.NAME), new Named("weights", Notation.NAME, new Whole(0, HEAVIEST)));

  static final Form REWRITE =
      new Keys(
          "The path that the service is called with.",
          optional(
              "strip", new Text(Notation.PATH), "A literal beginning of the match to take away."),
          optional("prefix", new Text(Notation.PATH), "A path to put in front."));

  static final Form REDIRECT =
      new Keys(
          "Another address for the client.",
          required(
              "to",
              new Text(Notation.REDIRECT),
              "An https URL, or a path on this gateway, without a query."),
          optional("status", new Numbers(List.of(301, 302, 307, 308)), "302 unless set."),
          optional(
              "strip",
              new Text(Notation.PATH),
              "What follows this literal beginning of the match is put behind the address; nothing"
                  + " is unless set."),
          optional(
              "query", new Flag(), "Whether the query is put behind it, too; false unless set."));

  /** What a route without a service can have. */
  private static final Set<String> BESIDE_REDIRECT =
      Set.of("match", "when", "allow", "limits", "version", "redirect");

  private DestinationSection() {}

  static void check(Cursor route, Cursor root, Faults faults) {
    route.at("to").ifPresent(to -> to(to, root, faults));
    Optional<Match> match =
        route.text("match").filter(text -> Patterns.refusal(text).isEmpty()).map(Patterns::parse);
    route.at("rewrite").ifPresent(rewrite -> rewrite(rewrite, match, faults));
    route
        .at("redirect")
        .ifPresent(
            redirect -> {
              redirect(redirect, match, faults);
              route.entries().entrySet().stream()
                  .filter(entry -> !BESIDE_REDIRECT.contains(entry.getKey()))
                  .filter(entry -> !entry.getKey().equals("to"))
                  .forEach(
                      entry ->
                          faults.at(entry.getValue(), "nothing of a service's beside redirect"));
            });
  }

  private static void to(Cursor to, Cursor root, Faults faults) {
    if (!to.isMapping()) {
      RouteSection.known(to, "service", root, faults);
      return;
    }
    Map<String, Cursor> shares = to.entries();
    shares.forEach(
        (name, weight) ->
            RouteSection.known(weight.line(), weight.path(), name, "service", root, faults));
    boolean none =
        shares.values().stream().allMatch(weight -> weight.text().filter("0"::equals).isPresent());
    if (none) {
      faults.at(to, "a weight above 0");
    }
  }

  private static void rewrite(Cursor rewrite, Optional<Match> match, Faults faults) {
    if (rewrite.isMapping() && rewrite.entries().isEmpty()) {
      faults.add(rewrite.line(), rewrite.path(), "nothing", "strip or prefix");
    }
    rewrite.at("strip").ifPresent(strip -> beginning(strip, match, faults));
    match.ifPresent(
        one ->
            rewrite
                .at("strip")
                .filter(strip -> strip.text().filter("/"::equals).isPresent())
                .ifPresent(strip -> faults.at(strip, "a beginning of at least one segment")));
  }

  /** Only what every path of the match begins with can be taken away. */
  private static void beginning(Cursor strip, Optional<Match> match, Faults faults) {
    String text = strip.text().orElse("");
    if (match.isEmpty() || Patterns.canonical(text).isPresent()) {
      return;
    }
    List<Segment> wanted = segments(text);
    List<Segment> pattern = match.get().segments();
    if (wanted.size() > pattern.size() || !pattern.subList(0, wanted.size()).equals(wanted)) {
      faults.at(strip, "a literal beginning of the match " + match.get().pattern());
    }
  }

  private static void redirect(Cursor redirect, Optional<Match> match, Faults faults) {
    redirect.at("strip").ifPresent(strip -> beginning(strip, match, faults));
    redirect
        .at("to")
        .filter(to -> to.text().filter(text -> text.startsWith("/")).isPresent())
        .filter(to -> match.filter(one -> leadsBack(one, redirect)).isPresent())
        .ifPresent(to -> faults.at(to, "a path that this route does not serve itself"));
  }

  /** Whether the route would redirect what it has redirected. */
  private static boolean leadsBack(Match match, Cursor redirect) {
    List<Segment> target = new ArrayList<>(segments(redirect.text("to").orElse("")));
    redirect
        .text("strip")
        .map(strip -> segments(strip).size())
        .filter(stripped -> stripped <= match.segments().size())
        .ifPresent(
            stripped -> target.addAll(match.segments().subList(stripped, match.segments().size())));
    return covers(match.segments(), target);
  }

  private static boolean covers(List<Segment> pattern, List<Segment> paths) {
    if (pattern.isEmpty() || paths.isEmpty()) {
      return pattern.isEmpty() && paths.isEmpty();
    }
    return switch (pattern.getFirst()) {
      case Segment.Rest _ -> true;
      case Segment.One _ ->
          !(paths.getFirst() instanceof Segment.Rest) && covers(below(pattern), below(paths));
      case Segment.Literal literal ->
          literal.equals(paths.getFirst()) && covers(below(pattern), below(paths));
    };
  }

  private static List<Segment> below(List<Segment> segments) {
    return segments.subList(1, segments.size());
  }

  private static List<Segment> segments(String path) {
    return path.equals("/")
        ? List.of()
        : List.of(path.substring(1).split("/", -1)).stream()
            .<Segment>map(Segment.Literal::new)
            .toList();
  }

  static Destination read(Cursor route) {
    return route
        .at("redirect")
        .map(DestinationSection::redirect)
        .orElseGet(() -> services(route.at("to").orElseThrow(), route.at("rewrite")));
  }

  private static Destination redirect(Cursor place) {
    Values values = new Values(place);
    return new Destination.Redirect(
        values.whole("status", 302),
        values.text("to"),
        place.at("strip").isPresent(),
        Rewrite.beginning(place.text("strip").orElse("")),
        values.flag("query"));
  }

  private static Destination services(Cursor to, Optional<Cursor> rewrite) {
    List<Share> shares =
        to.isMapping()
            ? to.entries().entrySet().stream()
                .map(entry -> new Share(entry.getKey(), weight(entry.getValue())))
                .toList()
            : List.of(new Share(to.text().orElseThrow(), 1));
    return new Destination.Services(
        shares, rewrite.map(DestinationSection::rewrite).orElse(Rewrite.NONE));
  }

  private static int weight(Cursor place) {
    return Integer.parseInt(place.text().orElseThrow());
  }

  private static Rewrite rewrite(Cursor place) {
    return new Rewrite(
        Rewrite.beginning(place.text("strip").orElse("")),
        Rewrite.beginning(place.text("prefix").orElse("")));
  }
}
