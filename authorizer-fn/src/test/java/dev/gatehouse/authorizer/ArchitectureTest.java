package dev.gatehouse.authorizer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.conditions.ArchConditions;
import dev.gatehouse.house.HouseRules;
import java.net.URLConnection;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

@AnalyzeClasses(packages = "dev.gatehouse", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest static final ArchTests RULES = ArchTests.in(HouseRules.class);

  @ArchTest
  static final ArchRule ONLY_THE_HANDLER_KNOWS_LAMBDA =
      only("com.amazonaws.services.lambda..", AuthorizerHandler.class, KeysHandler.class);

  @ArchTest
  static final ArchRule ONLY_KEYS_KNOW_NIMBUS =
      only("com.nimbusds..", KeySetLinter.class, VerificationKey.class, Ed25519.class);

  @ArchTest
  static final ArchRule ONLY_ONE_CLASS_KNOWS_THE_HTTP_CLIENT =
      noClasses()
          .that()
          .resideInAPackage("dev.gatehouse.authorizer")
          .and()
          .doNotHaveFullyQualifiedName(HttpKeySets.class.getName())
          .should()
          .dependOnClassesThat()
          .areAssignableTo(URLConnection.class);

  @ArchTest
  static final ArchRule ONLY_ADAPTERS_KNOW_REDIS =
      only("dev.gatehouse.redis..", RedisKeySetCopies.class, Composition.class);

  @ArchTest
  static final ArchRule ONLY_COMPOSITIONS_KNOW_SECRETS =
      only("dev.gatehouse.secrets..", Composition.class, Administration.class, PepperSecret.class);

  @ArchTest
  static final ArchRule ONLY_ADAPTERS_KNOW_DYNAMODB =
      only(
          "software.amazon.awssdk..",
          AccessTable.class,
          AccessRow.class,
          DynamoApiKeys.class,
          DynamoRevocationList.class);

  @ArchTest
  static final ArchRule ONLY_CODECS_KNOW_JACKSON =
      only(
          "com.fasterxml.jackson..",
          AuthorizerCodec.class,
          Listing.class,
          KeyAdministration.class,
          RevocationAdministration.class);

  /** No test could tell by its time how far two digests agree; so the call itself is asked for. */
  @ArchTest
  static final ArchRule DIGESTS_ARE_COMPARED_IN_CONSTANT_TIME =
      classes()
          .that()
          .areAssignableTo(ApiKeyVerifier.class)
          .should()
          .callMethod(MessageDigest.class, "isEqual", byte[].class, byte[].class)
          .andShould(
              ArchConditions.not(ArchConditions.callMethod(String.class, "equals", Object.class)));

  @ArchTest
  static final ArchRule NOBODY_READS_THE_CLOCK =
      noClasses()
          .that()
          .resideInAPackage("dev.gatehouse.authorizer")
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Instant.class, "now");

  private static ArchRule only(String types, Class<?>... allowed) {
    Set<String> names = new HashSet<>();
    for (Class<?> type : allowed) {
      names.add(type.getName());
    }
    DescribedPredicate<JavaClass> others =
        DescribedPredicate.describe(
            "are not " + names,
            type ->
                type.getPackageName().equals("dev.gatehouse.authorizer")
                    && names.stream().noneMatch(name -> outermost(type).equals(name)));
    return noClasses().that(others).should().dependOnClassesThat().resideInAPackage(types);
  }

  private static String outermost(JavaClass type) {
    int nested = type.getName().indexOf('$');
    return nested < 0 ? type.getName() : type.getName().substring(0, nested);
  }
}
