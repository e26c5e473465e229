package dev.gatehouse.proxy;

import dev.gatehouse.config.Service;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisReply.Answered;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The prober's last reports, for the page of detailed health. */
record ProbeReports(Redis redis, InstantSource clock) {
  /** The members of a service's entry; none where nothing is known. */
  Map<String, Object> members(Service service) {
    return service.health().flatMap(_ -> last(service)).map(this::members).orElse(Map.of());
  }

  private Optional<ProbeReport> last(Service service) {
    return redis.call(ProbeReport.read(service.name()))
            instanceof Answered<Optional<byte[]>>(Optional<byte[]> value)
        ? value.flatMap(ProbeReport::parse)
        : Optional.empty();
  }

  private Map<String, Object> members(ProbeReport report) {
    List<Object> instances = new ArrayList<>();
    report.instances().forEach((place, state) -> instances.add(instance(place, state)));
    Map<String, Object> members = new LinkedHashMap<>();
    Duration age = Duration.between(report.at(), clock.instant());
    members.put("probed_sec_ago", Math.max(0, age.toSeconds()));
    members.put("instances", instances);
    return members;
  }

  private static Map<String, Object> instance(String place, ProbeReport.State state) {
    String[] words = place.split(" ", 2);
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("url", words[0]);
    members.put("address", words.length > 1 ? words[1] : "-");
    members.put("status", state.word());
    return members;
  }
}
