package dev.gatehouse.cdk;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.gatehouse.cdk", importOptions = DoNotIncludeTests.class)
final class CdkRulesTest {
  @ArchTest
  static final ArchRule ONLY_THE_APP_READS_THE_ENVIRONMENT_AND_PRINTS =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(GatewayApp.class.getName())
          .should()
          .callMethod(System.class, "getenv")
          .orShould()
          .callMethod(System.class, "getenv", String.class)
          .orShould()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  @ArchTest
  static final ArchRule FUNCTIONS_ARE_SEEN_AS_ARCHIVES_ONLY =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.gatehouse.authorizer..",
              "dev.gatehouse.ratelimit..",
              "dev.gatehouse.idempotency..",
              "dev.gatehouse.queue..",
              "dev.gatehouse.proxy..",
              "dev.gatehouse.localstack..");
}
