// Checks CloudFormation templates offline: node validate.mjs TEMPLATE...
// Prints each finding as "SEVERITY RULE TEMPLATE RESOURCE PROPERTY: MESSAGE"; ends with 1 if any is an error.
import {readFileSync} from 'node:fs';
import {basename} from 'node:path';
import cloudformation from '@aws/cloudformation-validate';

const engine = new cloudformation.RegoEngine();
let errors = 0;
for (const path of process.argv.slice(2)) {
  readFileSync(path);
  const report = engine.validateStandard(new cloudformation.TemplateFile(path), {severityLevel: 'WARN'});
  for (const d of report.diagnostics) {
    if (d.severity === 'ERROR' || d.severity === 'FATAL') errors++;
    console.log(`${d.severity} ${d.ruleId} ${basename(path)} ${d.entity?.logicalId ?? '-'} ${d.propertyPath ?? '-'}: ${d.message}`);
  }
}
console.log(`${process.argv.length - 2} templates, ${errors} errors`);
process.exit(errors ? 1 : 0);
