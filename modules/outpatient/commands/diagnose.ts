import { type RecordDiagnosesResult, recordDiagnoses } from '@mach/encounter/contract.ts';
import { defineCommand } from '@mach/engine/command.ts';
import { normalizeIcd } from '@mach/vn/codes/icd.ts';
import { diagnoseInput } from '../inputs.ts';
import { lockAtDoctor, requirePractitioner } from './visit.ts';

export const diagnoseCommand = defineCommand({
  name: 'outpatient.diagnose',
  kind: 'intent',
  permission: 'outpatient.diagnose',
  title: { vi: 'Ghi chẩn đoán', en: 'Record diagnoses' },
  input: diagnoseInput,
  async handle(input, ctx): Promise<RecordDiagnosesResult> {
    requirePractitioner(ctx);
    await lockAtDoctor(ctx, input.encounter);
    const recorded = await ctx.call(recordDiagnoses, input);
    return { ...recorded, warnings: [...recorded.warnings, ...symptomAsPrincipal(input.diagnoses)] };
  },
});

/** Chapter XVIII, symptoms and abnormal findings. */
const SYMPTOM = /^R\d/;
/** Codes that name no disease either: external causes, factors influencing health. */
const NO_DISEASE = /^[RVWXYZU]/;

/** A symptom as principal diagnosis beside a disease: advice, never a refusal. */
function symptomAsPrincipal(
  diagnoses: readonly { code: string; principal: boolean }[],
): RecordDiagnosesResult['warnings'] {
  const at = diagnoses.findIndex((d) => d.principal && SYMPTOM.test(normalizeIcd(d.code)));
  const disease = diagnoses.find((d) => !d.principal && !NO_DISEASE.test(normalizeIcd(d.code)));
  if (at < 0 || !disease) return [];
  const [symptom, instead] = [normalizeIcd(diagnoses[at]?.code ?? ''), normalizeIcd(disease.code)];
  return [
    {
      code: 'symptom-as-principal',
      field: `diagnoses.${at}.code`,
      text: {
        vi: `Bệnh chính ${symptom} là triệu chứng trong khi đã có bệnh ${instead}`,
        en: `The principal code ${symptom} is a symptom while the disease ${instead} is recorded`,
      },
    },
  ];
}
