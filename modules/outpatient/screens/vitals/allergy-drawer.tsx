import {
  AlertLine,
  Button,
  Checkbox,
  Drawer,
  TextField,
  toast,
  useCommand,
  useDrawer,
  usePick,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { type AllergiesResult, type RecordAllergiesInput, recordAllergies } from '../../contract.ts';
import { texts } from './texts.ts';

export const ALLERGY_DRAWER = 'outpatient-allergies';

interface Props {
  readonly patient: string;
  readonly encounter: string;
  readonly name: string;
}

/** Asks about allergies where the patient sits: none, or one after the other. */
export function AllergyDrawer({ patient, encounter, name }: Props): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const drawer = useDrawer(ALLERGY_DRAWER);
  const [substance, setSubstance] = useState('');
  const [reaction, setReaction] = useState('');
  const [severe, setSevere] = useState(false);
  const record = useCommand<RecordAllergiesInput, AllergiesResult>(recordAllergies.name);

  async function add(): Promise<void> {
    const item = {
      substance: substance.trim(),
      ...(reaction.trim() === '' ? {} : { reaction: reaction.trim() }),
      ...(severe ? { criticality: 'high' as const, severity: 'severe' as const } : {}),
    };
    if (item.substance === '' || !(await record.run({ patient, encounter, items: [item] }))) return;
    toast({ text: t('allergySaved', { substance: item.substance }) });
    setSubstance('');
    setReaction('');
    setSevere(false);
  }
  async function none(): Promise<void> {
    if (!(await record.run({ patient, encounter, none: true }))) return;
    toast({ text: t('allergyNoneSaved') });
    drawer.close();
  }
  return (
    <Drawer
      id={ALLERGY_DRAWER}
      title={t('allergyTitle')}
      patient={name}
      foot={
        <Button look="primary" busy={record.running} disabled={substance.trim() === ''} onClick={() => void add()}>
          {t('allergyAdd')}
        </Button>
      }
    >
      <div className="vit-drawer">
        {record.issues.map((issue) => (
          <AlertLine key={issue.code} level="warn" what={pick(issue.text)} why={issue.remedy && pick(issue.remedy)} />
        ))}
        <Button icon="check" busy={record.running} onClick={() => void none()}>
          {t('allergyNone')}
        </Button>
        <TextField label={t('allergySubstance')} value={substance} onChange={setSubstance} />
        <TextField label={t('allergyReaction')} value={reaction} onChange={setReaction} />
        <Checkbox checked={severe} onChange={setSevere}>
          {t('allergySevere')}
        </Checkbox>
      </div>
    </Drawer>
  );
}
