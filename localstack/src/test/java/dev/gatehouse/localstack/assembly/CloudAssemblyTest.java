package dev.gatehouse.localstack.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a template says, and what comes of it. */
final class CloudAssemblyTest {

  private static final String PLACE =
      """
      "Parameters":{"Size":{"Type":"Number","Default":7},
        "Bootstrap":{"Type":"AWS::SSM::Parameter::Value<String>","Default":"/cdk/version"},
        "Zones":{"Type":"CommaDelimitedList","Default":"a, b"}},
      "Mappings":{"Sizes":{"eu-west-1":{"small":"t3"}}},
      "Conditions":{"Big":{"Fn::Equals":[{"Ref":"Size"},"7"]},
        "Never":{"Fn::Not":[{"Condition":"Big"}]},
        "Both":{"Fn::And":[{"Condition":"Big"},{"Fn::Or":[{"Condition":"Never"},{"Condition":"Big"}]}]}},
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"Ref\":\"AWS::Region\"} | \"eu-west-1\"",
        "{\"Ref\":\"AWS::AccountId\"} | \"123456789012\"",
        "{\"Ref\":\"AWS::Partition\"} | \"aws\"",
        "{\"Ref\":\"AWS::URLSuffix\"} | \"amazonaws.com\"",
        "{\"Ref\":\"AWS::StackName\"} | \"s\"",
        "{\"Ref\":\"Size\"} | 7",
        "{\"Ref\":\"Bootstrap\"} | \"27\"",
        "{\"Ref\":\"Zones\"} | [\"a\",\"b\"]",
        "{\"Fn::Join\":[\"-\",[\"a\",{\"Ref\":\"AWS::Region\"},{\"Ref\":\"AWS::NoValue\"}]]} | \"a-eu-west-1\"",
        "{\"Fn::Select\":[\"1\",{\"Fn::Split\":[\",\",\"x,y\"]}]} | \"y\"",
        "{\"Fn::Select\":[0,{\"Fn::GetAZs\":\"\"}]} | \"eu-west-1a\"",
        "{\"Fn::FindInMap\":[\"Sizes\",{\"Ref\":\"AWS::Region\"},\"small\"]} | \"t3\"",
        "{\"Fn::If\":[\"Both\",\"yes\",\"no\"]} | \"yes\"",
        "{\"Fn::If\":[\"Never\",\"yes\",\"no\"]} | \"no\"",
        "{\"Fn::Base64\":\"hi\"} | \"aGk=\"",
        "{\"Fn::Sub\":\"${AWS::Region}/${!literal}/${Fn.Arn}\"} | \"eu-west-1/${literal}/arn:aws:lambda:eu-west-1:123456789012:function:named\"",
        "{\"Fn::Sub\":[\"${a}$1\",{\"a\":\"b\"}]} | \"b$1\"",
        "{\"Ref\":\"Fn\"} | \"named\"",
        "{\"Ref\":\"Version\"} | \"arn:aws:lambda:eu-west-1:123456789012:function:named:1\"",
        "{\"Fn::GetAtt\":[\"Version\",\"Version\"]} | \"1\"",
        "{\"Ref\":\"Alias\"} | \"arn:aws:lambda:eu-west-1:123456789012:function:named:live\"",
        "{\"Fn::GetAtt\":\"Role.Arn\"} | \"arn:aws:iam::123456789012:role/gate\"",
        "{\"Fn::GetAtt\":[\"Cache\",\"Endpoint.Address\"]} | \"localhost\"",
        "{\"Condition\":\"Big\"} | {\"Condition\":\"Big\"}"
      })
  void anIntrinsicFunctionGivesItsValue(String expression, String value) throws IOException {
    assertThat(value(expression)).hasToString(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"Ref\":\"Nobody\"} | s/Thing: a reference to Nobody (expected: a resource or parameter of s)",
        "{\"Ref\":\"Absent\"} | s/Thing: a reference to Absent (expected: a resource or parameter of s whose condition holds)",
        "{\"Fn::Magic\":[]} | s/Thing: Fn::Magic (expected: Ref, Fn::GetAtt",
        "{\"Fn::GetAtt\":[\"Fn\",\"Colour\"]} | s/Fn AWS::Lambda::Function: Fn::GetAtt Colour (expected: Arn or",
        "{\"Fn::Select\":[5,[\"a\"]]} | s/Thing: Fn::Select 5 (expected: an index below 1",
        "{\"Fn::FindInMap\":[\"Sizes\",\"x\",\"y\"]} | s/Thing: Fn::FindInMap Sizes x y (expected: an entry",
        "{\"Fn::If\":[\"Odd\",1,2]} | s/Thing: condition Odd (expected: a condition of the template)",
        "{\"Fn::ImportValue\":\"gone\"} | s/Thing: Fn::ImportValue gone (expected: an export of a stack before",
        "{\"Fn::Sub\":\"${Nobody}\"} | s/Thing: a reference to Nobody",
        "{\"Ref\":\"Thing\"} | s/Thing: a circular dependency of Thing"
      })
  void aMistakeSaysWhereWhatAndWhatWasExpected(String expression, String message) {
    assertThatThrownBy(() -> value(expression))
        .isInstanceOf(AssemblyException.class)
        .hasMessageContaining(message);
  }

  @Test
  void noValueLeavesAPropertyAndAListItemOut() throws IOException {
    assertThat(value("{\"a\":{\"Ref\":\"AWS::NoValue\"},\"b\":[{\"Ref\":\"AWS::NoValue\"},1]}"))
        .hasToString("{\"b\":[1]}");
  }

  @Test
  void aResourceWhoseConditionFailsIsNotThere() throws IOException {
    assertThat(resolved("1").resources()).extracting(Resource::logicalId).doesNotContain("Absent");
  }

  @Test
  void stacksComeInTheOrderOfTheirDependenciesAndImportFromEachOther() throws IOException {
    var resolved =
        new AssemblyFolder(folder)
            .stack(
                "gateway",
                """
                {"Resources":{"Fn":{"Type":"AWS::Lambda::Function","Properties":{
                  "Table":{"Fn::ImportValue":"data:Table"}}}}}
                """,
                "data")
            .stack(
                "data",
                """
                {"Resources":{"Table":{"Type":"AWS::DynamoDB::Table"}},
                 "Outputs":{"Out":{"Value":{"Ref":"Table"},
                   "Export":{"Name":{"Fn::Join":[":",["data","Table"]]}}}}}
                """)
            .resolve();

    assertThat(resolved.resources()).extracting(Resource::stack).containsExactly("data", "gateway");
    var table = resolved.ofType("AWS::DynamoDB::Table").getFirst();
    assertThat(resolved.ref(table)).startsWith("data-Table-");
    assertThat(resolved.resources().getLast().text("Table")).isEqualTo(resolved.ref(table));
    assertThat(resolved.outputs().get("data")).containsKey("Out");
    assertThat(resolved.place(table)).isEqualTo(new Resolved.Place("eu-west-1", "123456789012"));
  }

  @Test
  void assetsAreFoundByHashAndByKeyInTheFolderOrWhereTheyAre() throws IOException {
    var assembly =
        new AssemblyFolder(folder)
            .stack("s", "{\"Resources\":{}}")
            .assets(
                "s",
                """
                {"h1":{"source":{"path":"asset.h1"},"destinations":{"d":{"objectKey":"h1.zip"}}},
                 "h2":{"source":{"path":"/opt/code.zip"},"destinations":{"d":{"objectKey":"h2.zip"}}}}
                """)
            .read();

    assertThat(assembly.asset("h1.zip")).contains(folder.resolve("asset.h1"));
    assertThat(assembly.asset("h1")).contains(folder.resolve("asset.h1"));
    assertThat(assembly.asset("h2.zip")).contains(Path.of("/opt/code.zip"));
    assertThat(assembly.asset("h3.zip")).isEmpty();
  }

  @Test
  void aFolderWithoutAManifestIsNoAssembly() {
    assertThatThrownBy(() -> CloudAssembly.read(folder))
        .hasMessageContaining("manifest.json: no file (expected:");
  }

  @Test
  void aSystemParameterThatNobodyStatedIsNamed() {
    assertThatThrownBy(
            () ->
                folder("{\"Ref\":\"Bootstrap\"}")
                    .read()
                    .resolve(new Settings("eu-west-1", "1", PhysicalIds.GENERATED)))
        .hasMessageContaining("parameter Bootstrap (Systems Manager parameter /cdk/version)");
  }

  @Test
  void idsAreTheSameAtEveryRunAndDifferPerResource() throws IOException {
    var first = resolved("1");
    var second = resolved("1");
    for (var resource : first.resources()) {
      assertThat(second.ref(resource)).isEqualTo(first.ref(resource));
    }
    assertThat(first.resources().stream().map(first::ref)).doesNotHaveDuplicates();
  }

  @Test
  void aSecretIsFetchedByNameOrArnAndKey() throws IOException {
    var arn = "arn:aws:secretsmanager:eu-west-1:1:secret:redis-abc";
    var resolved =
        resolved(
            "{\"a\":\"{{resolve:secretsmanager:redis:SecretString:password}}\",\"b\":[\"x{{resolve:secretsmanager:"
                + arn
                + ":SecretString:::}}y\"]}");
    var thing = resolved.resources().getFirst();

    assertThat(thing.properties().path("Value").path("a").asText()).startsWith("{{resolve");
    var secrets = Map.of("redis password", "p$1", arn + " -", "all");
    var properties =
        DynamicReferences.resolve(
            thing,
            (secret, key) -> Optional.ofNullable(secrets.get(secret + " " + key.orElse("-"))));
    assertThat(properties.path("Value")).hasToString("{\"a\":\"p$1\",\"b\":[\"xally\"]}");
    assertThatThrownBy(() -> DynamicReferences.resolve(thing, (secret, key) -> Optional.empty()))
        .hasMessageContaining("s/Thing: {{resolve:secretsmanager:redis:SecretString:password}}");
  }

  private JsonNode value(String expression) throws IOException {
    return resolved(expression).resources().getFirst().properties().path("Value");
  }

  private Resolved resolved(String expression) throws IOException {
    PhysicalIds ids =
        (resource, attribute) ->
            resource.type().equals("AWS::ElastiCache::ServerlessCache")
                    && attribute.equals("Endpoint.Address")
                ? Optional.of("localhost")
                : Optional.empty();
    return folder(expression)
        .read()
        .resolve(
            new Settings("eu-west-1", "123456789012", Map.of(), Map.of("/cdk/version", "27"), ids));
  }

  private AssemblyFolder folder(String expression) throws IOException {
    return new AssemblyFolder(folder)
        .stack(
            "s",
            "{"
                + PLACE
                + """
                "Resources":{"Thing":{"Type":"Custom::Thing","Properties":{"Value":%s}},
                  "Absent":{"Type":"Custom::Thing","Condition":"Never"},
                  "Fn":{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":"named"}},
                  "Version":{"Type":"AWS::Lambda::Version","Properties":{"FunctionName":{"Ref":"Fn"}}},
                  "Alias":{"Type":"AWS::Lambda::Alias","Properties":{"Name":"live",
                    "FunctionName":{"Ref":"Fn"},"FunctionVersion":{"Fn::GetAtt":["Version","Version"]}}},
                  "Role":{"Type":"AWS::IAM::Role","Properties":{"RoleName":"gate"}},
                  "Cache":{"Type":"AWS::ElastiCache::ServerlessCache","Properties":{}}}}
                """
                    .formatted(expression));
  }
}
