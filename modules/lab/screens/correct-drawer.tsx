import {
  Button,
  Drawer,
  flagOf,
  KEY_LEVEL,
  ResultValue,
  TextArea,
  TextField,
  toast,
  useCommand,
  useDrawer,
  useKeys,
  useLanguage,
  usePick,
  useTexts,
} from '@mach/ui';
import type { LabPack } from '@mach/vn/clinical/lab-pack.ts';
import type { LabPerson } from '@mach/vn/clinical/lab-ranges.ts';
import { type ReactElement, useState } from 'react';
import {
  type CorrectResultInput,
  type CorrectResultResult,
  correctResult,
  type LabRow,
  type ResultRow,
} from '../contract.ts';
import { ageDaysOf, ageYearsOf } from '../rules/person.ts';
import { itemsOf } from '../rules/tests.ts';
import { type Call, CallBack, callOf, NO_CALL } from './call-back.tsx';
import { Question } from './grid.tsx';
import { Issues } from './issues.tsx';
import { criticalText, type ReadLine, readLines } from './lines.ts';
import { texts } from './texts.ts';

export const CORRECT = 'lab-correct';

/** The new value as it is judged for this person, while it is typed. */
function lineOf(pack: LabPack | undefined, row: LabRow, result: ResultRow, typed: string): ReadLine | undefined {
  const item = pack && itemsOf(pack, row.service, row.name).find((one) => one.code === result.item);
  if (!pack || !item) return undefined;
  const at = result.at ?? '';
  const ageDays = ageDaysOf(row.birthDate ?? undefined, at);
  const sex: LabPerson['sex'] = row.gender === 'male' || row.gender === 'female' ? row.gender : undefined;
  const person = ageDays === undefined ? undefined : { ageDays, sex };
  const ageYears = ageYearsOf(row.birthDate ?? undefined, at);
  return readLines([item], { [item.code]: typed }, new Map(), { pack, person, ageYears, at })[0];
}

/** A new value for a validated one: with its reason, and with a call when it is critical. */
export function CorrectDrawer(props: {
  readonly row: LabRow;
  readonly result: ResultRow;
  readonly pack: LabPack | undefined;
}): ReactElement {
  const { row, result, pack } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const language = useLanguage();
  const drawer = useDrawer(CORRECT);
  const [value, setValue] = useState('');
  const [typing, setTyping] = useState(false);
  const [reason, setReason] = useState('');
  const [call, setCall] = useState<Call>(NO_CALL);
  const correct = useCommand<CorrectResultInput, CorrectResultResult>(correctResult.name, {
    onDone: ({ before, after }) => {
      toast({ text: t('correctedNow', { before, after }) });
      drawer.close();
    },
  });
  const line = lineOf(pack, row, result, value);
  const unread = line?.reading !== undefined && !line.reading.ok;
  // A computed value that follows may be critical too: then the server asks.
  const needsCall = line?.judged?.critical || correct.issues.some((i) => i.code === 'callback-required');
  const callback = callOf(call);
  const ready = value.trim() !== '' && !unread && reason.trim().length >= 2 && !(needsCall && !callback);
  const name = line ? pick(line.item.analyte.name) : (result.name ?? '');
  function send(): void {
    if (!ready || correct.running) return;
    void correct.run({
      order: row.key,
      item: result.item ?? '',
      value: value.trim(),
      reason: reason.trim(),
      ...(needsCall && callback ? { callback } : {}),
    });
  }
  useKeys(
    drawer.isOpen ? [{ chord: 'Ctrl+Enter', label: { vi: texts.vi.correct, en: texts.en.correct }, run: send }] : [],
    KEY_LEVEL.drawer,
  );
  return (
    <Drawer
      id={CORRECT}
      title={t('correctTitle', { test: name })}
      patient={row.patientName ?? undefined}
      foot={
        <Button look="primary" chord="Ctrl+Enter" busy={correct.running} disabled={!ready} onClick={send}>
          {t('correct')}
        </Button>
      }
    >
      <div className="lab-stack">
        <p>
          {t('standsNow')}{' '}
          <ResultValue
            value={result.text ?? ''}
            flag={result.flag ? flagOf(result.flag) : 'normal'}
            unit={result.unit ?? undefined}
          />
        </p>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: only watches whether the caret is within */}
        <div className="lab-new-value" onFocus={() => setTyping(true)} onBlur={() => setTyping(false)}>
          <TextField
            label={t('newValue')}
            required
            value={value}
            onChange={setValue}
            issues={correct.issuesByField.value}
          />
          {line && <Question line={line} typing={typing} onChoose={setValue} refused={[]} />}
          {line?.judged && (
            <p>
              {t('willBe')}{' '}
              <ResultValue
                value={line.judged.text}
                flag={line.judged.flag ? flagOf(line.judged.flag) : 'normal'}
                unit={result.unit ?? undefined}
              />{' '}
              <span className="lab-muted">{line.judged.rangeText}</span>
            </p>
          )}
        </div>
        <TextArea
          label={t('reason')}
          required
          maxLength={500}
          value={reason}
          onChange={setReason}
          issues={correct.issuesByField.reason}
        />
        {needsCall && (
          <CallBack
            lines={[line?.judged?.critical ? criticalText(line, language) : `${name} ${value}`]}
            call={call}
            onChange={setCall}
            doctor={row.requesterName}
            issues={correct.issuesByField.callback}
          />
        )}
        <Issues issues={correct.issues.filter((i) => !['value', 'reason', 'callback'].includes(i.field ?? ''))} />
        <p className="lab-muted">{t('oldStays')}</p>
      </div>
    </Drawer>
  );
}
