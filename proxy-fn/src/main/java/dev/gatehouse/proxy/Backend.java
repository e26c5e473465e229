package dev.gatehouse.proxy;

import dev.gatehouse.config.Service;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** One service with what this environment knows of it. */
record Backend(Service service, Instances instances, Retries retries, ProbeNews news) {
  static Backend of(
      Service service, Names names, RandomGenerator random, InstantSource clock, OwnZone zone) {
    Instances instances = new Instances(service, names, random, clock, zone::id);
    return new Backend(
        service,
        instances,
        new Retries(service.retry(), random, clock),
        new ProbeNews(service, instances, clock));
  }
}
