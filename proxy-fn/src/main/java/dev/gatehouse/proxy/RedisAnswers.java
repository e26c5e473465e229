package dev.gatehouse.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatehouse.config.Route;
import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.proxy.StoredAnswer.Aged;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisCall;
import dev.gatehouse.redis.RedisFlush;
import dev.gatehouse.redis.RedisFlush.Pending;
import dev.gatehouse.redis.RedisReply;
import dev.gatehouse.redis.RedisReply.Answered;
import dev.gatehouse.redis.RedisScript;
import dev.gatehouse.redis.RedisValues;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Kept answers in Redis, by its clock; {@code answers.lua} holds the algorithm.
 *
 * <p>Purges are generations: an answer counts only while its route and its path are of the
 * generation that was read before the service was asked. So a purge is one write, holds at once
 * everywhere, and nothing that was on its way when it came survives it.
 */
final class RedisAnswers {
  /** Longer than any answer is kept: 7 days fresh and 7 days stale. */
  private static final Duration PURGED = Duration.ofDays(15);

  private static final RedisScript SCRIPT =
      RedisScript.fromResource(RedisAnswers.class, "answers.lua");

  private static final String ANY_GENERATION = "*";

  private final Redis redis;
  private final Optional<InstantSource> clock;

  private RedisAnswers(Redis redis, Optional<InstantSource> clock) {
    this.redis = redis;
    this.clock = clock;
  }

  static RedisAnswers in(Redis redis) {
    return new RedisAnswers(redis, Optional.empty());
  }

  /** For tests, which cannot wait for the server's clock. */
  static RedisAnswers at(Redis redis, InstantSource clock) {
    return new RedisAnswers(redis, Optional.of(clock));
  }

  /**
   * Where an answer is, or is to be.
   *
   * @param names of the fields that it varies by
   * @param variant its key
   */
  record Place(CacheKey key, List<String> names, String variant) {
    private List<String> keys(String leased) {
      return List.of(key.resourceKey(), variant, leased + ":lease");
    }

    private String joinedNames() {
      return String.join(",", names);
    }
  }

  /** Who asks for the lease of a place, and for how long at most; zero: nobody does. */
  record Asker(String owner, Duration lease) {}

  /** What there is at a place. */
  sealed interface Found {
    /** The cache does not answer. */
    record Away() implements Found {}

    /** Answers of this resource vary by other fields. */
    record OtherNames(List<String> names) implements Found {}

    /**
     * @param generation what has been purged so far
     */
    record Known(Turn turn, Optional<Aged> kept, String generation) implements Found {}
  }

  /** Whose turn it is to ask the service, in the order of the script's numbers. */
  enum Turn {
    /** Nobody's: it is fresh. */
    NOBODY,
    /** The caller's, who has the lease. */
    OURS,
    /** Another caller's, who has it. */
    ANOTHERS,
    /** Everybody's: nothing that can be kept is to be expected. */
    EVERYBODY,
    /** Not to be told: the place is another. */
    UNKNOWN
  }

  /** A question on its way. */
  interface Asked {
    Found found();
  }

  /** Asks in a flush that others use as well. */
  Asked look(RedisFlush flush, Place place, Asker asker, Route route, CanonicalPath path) {
    Pending<RedisValues> looked = flush.add(look(place, asker, ANY_GENERATION));
    Pending<Optional<byte[]>> ofRoute = flush.add(RedisCall.get(purgeKey(route)));
    Pending<Optional<byte[]>> ofPath = flush.add(RedisCall.get(purgeKey(route, path)));
    return () ->
        ofRoute.reply() instanceof Answered<Optional<byte[]>>(Optional<byte[]> purgedRoute)
                && ofPath.reply() instanceof Answered<Optional<byte[]>>(Optional<byte[]> purgedPath)
            ? found(looked.reply(), place, asker, text(purgedRoute) + "/" + text(purgedPath))
            : new Found.Away();
  }

  private RedisCall<RedisValues> look(Place place, Asker asker, String generation) {
    return call(
        place.keys(place.variant()),
        "look",
        place.joinedNames(),
        asker.owner(),
        Long.toString(asker.lease().toMillis()),
        generation);
  }

  /** Asks for what nobody keeps: teaches Redis the script. */
  void rehearse() {
    Place nowhere = new Place(new CacheKey("rehearsal", true), List.of(), "cache:{rehearsal}:");
    var _ = redis.call(look(nowhere, new Asker("", Duration.ZERO), ANY_GENERATION));
  }

  /** Asks in a flush of its own. */
  Found look(Place place, Asker asker, Route route, CanonicalPath path) {
    return look(redis.flush(), place, asker, route, path).found();
  }

  /**
   * What is to be kept, and how long.
   *
   * @param generation that was known when the service was asked
   * @param ask how long it may serve to ask whether it has changed, once it is stale
   */
  @SuppressWarnings("ArrayRecordComponent") // Octets are handed on, never compared.
  record Keeping(byte[] answer, Freshness freshness, String generation, Duration ask) {}

  /**
   * Keeps an answer and gives the lease back; false without Redis.
   *
   * @param leased the place that was looked at, which may be another variant's
   */
  boolean store(Place place, Place leased, String owner, Keeping keeping) {
    return done(
        call(
            place.keys(leased.variant()),
            List.of(
                "store".getBytes(UTF_8),
                place.joinedNames().getBytes(UTF_8),
                owner.getBytes(UTF_8),
                millis(keeping.freshness().left()),
                millis(keeping.freshness().retention(keeping.ask())),
                keeping.generation().getBytes(UTF_8),
                keeping.answer())));
  }

  /**
   * Gives the lease back without an answer; false without Redis.
   *
   * @param pass for how long nobody waits for anybody
   * @param drop whether what is kept does not hold any more
   */
  boolean release(Place place, String owner, Duration pass, boolean drop) {
    return done(
        call(
            place.keys(place.variant()),
            "release",
            owner,
            Long.toString(pass.toMillis()),
            drop ? "1" : "0"));
  }

  /** Forgets all answers of a route. */
  boolean purge(Route route, String generation) {
    return purge(purgeKey(route), generation);
  }

  /** Forgets a route's answers of one path, whatever their query and whoever's they are. */
  boolean purge(Route route, CanonicalPath path, String generation) {
    return purge(purgeKey(route, path), generation);
  }

  private boolean purge(String key, String generation) {
    return redis.call(RedisCall.set(key, generation.getBytes(UTF_8), PURGED))
        instanceof Answered<String>;
  }

  private static String purgeKey(Route route) {
    return "cache:purged:" + Digest.of(route.match().toString());
  }

  private static String purgeKey(Route route, CanonicalPath path) {
    return "cache:purged:" + Digest.of(route.match().toString(), path.text());
  }

  private boolean done(RedisCall<RedisValues> call) {
    return redis.call(call) instanceof Answered<RedisValues>;
  }

  private RedisCall<RedisValues> call(List<String> keys, String... arguments) {
    return call(keys, List.of(arguments).stream().map(text -> text.getBytes(UTF_8)).toList());
  }

  private RedisCall<RedisValues> call(List<String> keys, List<byte[]> arguments) {
    List<byte[]> all = new ArrayList<>(arguments.size() + 1);
    all.add(clock.map(own -> millis(own.millis())).orElse(new byte[0]));
    all.addAll(arguments);
    return SCRIPT.binaryCall(keys, all);
  }

  private static byte[] millis(Duration duration) {
    return millis(duration.toMillis());
  }

  private static byte[] millis(long millis) {
    return Long.toString(millis).getBytes(UTF_8);
  }

  /** What has been purged is not there: Redis is asked again, for whose turn it is then. */
  private Found found(RedisReply<RedisValues> looked, Place place, Asker asker, String generation) {
    if (!(looked instanceof Answered<RedisValues>(RedisValues values))) {
      return new Found.Away();
    }
    Turn turn = turn(values.number(0));
    if (turn == Turn.UNKNOWN) {
      String names = values.text(2).orElse("");
      return new Found.OtherNames(names.isEmpty() ? List.of() : List.of(names.split(",")));
    }
    boolean purged = values.text(3).filter(generation::equals).isEmpty();
    if (purged && turn == Turn.NOBODY) {
      return found(redis.call(look(place, asker, generation)), place, asker, generation);
    }
    Optional<Aged> kept =
        purged
            ? Optional.empty()
            : values
                .octets(2)
                .flatMap(StoredAnswer::decoded)
                .map(answer -> new Aged(answer, Duration.ofMillis(Math.max(0, values.number(1)))));
    return new Found.Known(turn, kept, generation);
  }

  private static String text(Optional<byte[]> generation) {
    return generation.map(octets -> new String(octets, UTF_8)).orElse("");
  }

  private static Turn turn(long number) {
    return Turn.values()[(int) number];
  }
}
