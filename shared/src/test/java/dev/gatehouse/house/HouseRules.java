package dev.gatehouse.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The directions of architecture.md and the habits of the house, for every module of functions. */
public final class HouseRules {
  @ArchTest
  static final ArchRule ONLY_LIFECYCLE_KNOWS_CRAC =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.gatehouse.lifecycle..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.crac..");

  @ArchTest
  static final ArchRule ONLY_REDIS_KNOWS_LETTUCE =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.gatehouse.redis..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.lettuce..");

  @ArchTest
  static final ArchRule SHARED_KNOWS_NO_FUNCTION =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.gatehouse.http..",
              "dev.gatehouse.identity..",
              "dev.gatehouse.config..",
              "dev.gatehouse.redis..",
              "dev.gatehouse.dynamo..",
              "dev.gatehouse.secrets..",
              "dev.gatehouse.lifecycle..",
              "dev.gatehouse.telemetry..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.gatehouse.authorizer..",
              "dev.gatehouse.ratelimit..",
              "dev.gatehouse.idempotency..",
              "dev.gatehouse.queue..",
              "dev.gatehouse.proxy..");

  @ArchTest
  static final ArchRule CONFIGURATION_STANDS_ALONE =
      noClasses()
          .that()
          .resideInAPackage("dev.gatehouse.config..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.gatehouse.http..",
              "dev.gatehouse.identity..",
              "dev.gatehouse.redis..",
              "dev.gatehouse.telemetry..");

  @ArchTest
  static final ArchRule NAMES_SAY_WHAT_A_THING_IS =
      noClasses()
          .that()
          .resideInAPackage("dev.gatehouse..")
          .should()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Util")
          .orShould()
          .haveSimpleNameEndingWith("Helper")
          .orShould()
          .haveSimpleNameEndingWith("Manager")
          .orShould()
          .haveSimpleNameEndingWith("Impl")
          .orShould()
          .haveSimpleNameStartingWith("Base");

  @ArchTest
  static final ArchRule NOTHING_PRINTS =
      noClasses()
          .that()
          .resideInAnyPackage("dev.gatehouse..")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  @ArchTest
  static final ArchRule HANDLERS_ARE_FINAL =
      classes()
          .that()
          .implement("com.amazonaws.services.lambda.runtime.RequestStreamHandler")
          .should()
          .haveModifier(JavaModifier.FINAL)
          .allowEmptyShould(true);

  private HouseRules() {}
}
