package dev.gatehouse.queue;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import dev.gatehouse.house.HouseRules;

@AnalyzeClasses(packages = "dev.gatehouse", importOptions = DoNotIncludeTests.class)
final class HouseRulesTest {
  @ArchTest static final ArchTests RULES = ArchTests.in(HouseRules.class);
}
