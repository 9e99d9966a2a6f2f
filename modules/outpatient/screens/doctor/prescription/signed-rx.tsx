import { drugOf, extension, PRESCRIPTION_LABELS } from '@mach/encounter/contract.ts';
import {
  AlertLine,
  Button,
  Chip,
  formatTime,
  Icon,
  KEY_LEVEL,
  PrintButton,
  Section,
  toast,
  useKeys,
  usePick,
  usePrint,
  useTexts,
  useTransport,
} from '@mach/ui';
import { EXT } from '@mach/vn/systems.ts';
import { type ReactElement, useState } from 'react';
import type { Visit } from '../data/use-visit.ts';
import { texts } from '../texts.ts';
import type { RxLine } from './line.ts';
import { carry, type StoredLine } from './repeat.ts';
import { drugRows } from './rx-section.tsx';
import type { Rx } from './use-rx.ts';

/** Prescriptions of the visit that are signed and stand. */
export const signedOf = (visit: Visit) => visit.prescriptions.filter((one) => one.state !== 'cancelled');

/** What is signed: locked, with its code and where it is; the way to replace it while nothing is handed out. */
export function SignedRx(props: { readonly visit: Visit; readonly rx: Rx; readonly editable: boolean }): ReactElement {
  const { visit, rx, editable } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const transport = useTransport();
  const [loading, setLoading] = useState(false);
  const signed = signedOf(visit);
  const codes = new Set(signed.map((one) => one.code));
  const lines = visit.medications.filter((line) =>
    codes.has(line.groupIdentifier?.value ?? ''),
  ) as readonly StoredLine[];
  const { print } = usePrint();
  useKeys(
    [
      {
        chord: 'F8',
        label: { vi: texts.vi.printRx, en: texts.en.printRx },
        enabled: signed[0] !== undefined,
        run: () => signed[0] && void print('outpatient.prescription', signed[0].prescription),
      },
    ],
    KEY_LEVEL.panel,
  );
  const untouched = signed.every((one) => ['signed', 'sent', 'national-code'].includes(one.state));

  async function change(): Promise<void> {
    setLoading(true);
    try {
      const rows = await drugRows((name, query) => transport.codes(name, query), lines);
      const carried = lines.flatMap((stored): RxLine[] => {
        const drug = rows.get(drugOf(stored) ?? '');
        const result = drug && carry(stored, drug, stored.id);
        return result?.ok ? [result.line] : [];
      });
      if (carried.length < lines.length) toast({ text: t('replaceIncomplete'), tone: 'warn' });
      rx.replace(
        signed.map((one) => one.prescription),
        carried,
      );
    } catch {
      toast({ text: t('repeatFailed'), tone: 'warn' });
    } finally {
      setLoading(false);
    }
  }

  const printButton = (one: (typeof signed)[number]): ReactElement => (
    <PrintButton
      size="small"
      look="quiet"
      chord={one === signed[0] ? 'F8' : undefined}
      form="outpatient.prescription"
      id={one.prescription}
      label={t('printRx')}
    />
  );

  return (
    <Section
      anchor={5}
      title={t('prescription')}
      chord="F6"
      side={
        <>
          {editable && untouched && (
            <Button size="small" look="quiet" icon="edit" busy={loading} onClick={() => void change()}>
              {t('changeRx')}
            </Button>
          )}
          {signed.length === 1 && signed[0] && printButton(signed[0])}
        </>
      }
    >
      {signed.map((one) => (
        <div key={one.key} className="doc-signed">
          <p className="doc-signed-head">
            <Icon name="lock" size={16} />
            <b className="m-code">{one.code}</b>
            <Chip tone={one.state === 'signed' || one.state === 'sent' ? 'info' : 'ok'}>
              {pick(PRESCRIPTION_LABELS[one.state])}
            </Chip>
            {one.prescribedAt && (
              <span className="doc-muted">
                {t('signedAt', { time: formatTime(one.prescribedAt), by: one.prescriberName ?? '' })}
              </span>
            )}
            {signed.length > 1 && printButton(one)}
          </p>
          {one.nationalIssue && <AlertLine level="warn" what={one.nationalIssue} why={t('nationalIssueHint')} />}
          <ol className="doc-signed-lines">
            {lines
              .filter((line) => line.groupIdentifier?.value === one.code)
              .map((line) => (
                <li key={line.id}>
                  <b>{line.medicationCodeableConcept?.text}</b>
                  <span>{line.dosageInstruction?.[0]?.text}</span>
                  <span className="doc-muted">
                    {t('totalOf', {
                      n: line.dispenseRequest?.quantity?.value ?? '',
                      unit: line.dispenseRequest?.quantity?.unit ?? '',
                    })}
                  </span>
                  {overridesOf(line).map((text) => (
                    <span key={text} className="doc-muted doc-wide">
                      {t('overridden', { reason: text })}
                    </span>
                  ))}
                </li>
              ))}
          </ol>
        </div>
      ))}
    </Section>
  );
}

const overridesOf = (line: StoredLine): string[] =>
  (line.extension ?? []).flatMap((e) => (e.url === EXT.override ? (extension(e, 'note')?.valueString ?? []) : []));
