import { keepNote } from '@mach/desk/contract.ts';
import {
  AlertLine,
  Button,
  OfflineNote,
  paperTicket,
  Section,
  TextArea,
  TextField,
  TicketField,
  toast,
  useAway,
  useDraft,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { awayTexts } from './texts.ts';

/** Of whom the paper is: as the queue shows them, or by their ticket alone. */
export interface Whose {
  readonly encounter: string;
  readonly name: string;
  readonly born: string | null;
  readonly ticket: string | null;
}

interface Paper {
  readonly ticket: string;
  readonly name: string;
  readonly text: string;
}

const NOTHING: Paper = { ticket: '', name: '', text: '' };

/**
 * A prescription that has to leave on paper before the server is back: numbered, kept word for word, and handed in as a
 * note that the doctor enters and signs with all checks. Nothing here claims that it was checked.
 */
export function PaperRx(props: {
  readonly whose: Whose | undefined;
  /** Lines that stand as a draft in the open record: copied, not lost. */
  readonly start?: string;
  readonly onGiven?: (number: string) => void;
}): ReactElement {
  const { whose, start = '', onGiven } = props;
  const t = useTexts(awayTexts);
  const { away } = useAway();
  const draft = useDraft<Paper>(`kham:paper:${whose?.encounter ?? 'ticket'}`, { ...NOTHING, text: start });
  const { value } = draft;
  const [given, setGiven] = useState<string | null>(null);
  const [failed, setFailed] = useState<'none' | 'numbers' | 'full'>('none');
  const put = (change: Partial<Paper>): void => draft.set({ ...value, ...change });
  const ticket = whose ? whose.ticket : paperTicket(value.ticket);
  const name = whose?.name ?? value.name.trim().toUpperCase();
  const ready = name !== '' && value.text.trim() !== '' && (whose !== undefined || ticket !== undefined);

  async function keep(): Promise<void> {
    if (!away || !ready) return;
    const paper = await away.take('note');
    if (!paper) {
      setFailed('numbers');
      return;
    }
    try {
      await away.keep({
        command: keepNote.name,
        input: {
          kind: 'prescription',
          paper,
          name,
          ...(whose?.born ? { born: whose.born } : {}),
          ...(ticket ? { ticket } : {}),
          ...(whose ? { encounter: whose.encounter } : {}),
          title: awayTexts.vi.act,
          text: value.text.trim(),
        },
        title: { vi: awayTexts.vi.act, en: awayTexts.en.act },
        detail: paper.number,
        name,
        ...(ticket ? { ticket } : {}),
        ...(whose ? { lane: `visit:${whose.encounter}` } : { lane: `ticket:${ticket}`, encounterOf: ticket ?? '' }),
        paper,
      });
    } catch {
      setFailed('full');
      return;
    }
    setGiven(paper.number);
    onGiven?.(paper.number);
    setFailed('none');
    toast({ text: t('kept') });
    draft.discard();
  }

  const form = (
    <div className="doc-pad doc-stack">
      {onGiven ? <p>{t('leadOpen')}</p> : <OfflineNote>{t('lead')}</OfflineNote>}
      {!onGiven && <AlertLine level="warn" what={t('askAllergy')} />}
      {failed !== 'none' && <AlertLine level="stop" what={t(`failed_${failed}`)} />}
      {given && (
        <p data-away-note={given}>
          {t('write')} <strong>{given}</strong>
        </p>
      )}
      {!whose && (
        <div className="doc-inline doc-inline-top">
          <TicketField value={value.ticket} onChange={(next) => put({ ticket: next })} />
          <TextField
            className="doc-grow"
            label={t('name')}
            required
            value={value.name}
            onChange={(next) => put({ name: next })}
          />
        </div>
      )}
      <TextArea
        label={t('text')}
        required
        value={value.text}
        onChange={(next) => put({ text: next })}
        hint={t('textHint')}
        maxLength={4000}
      />
      <div>
        <Button look="primary" icon="check" disabled={!ready} onClick={() => void keep()}>
          {t('save')}
        </Button>
      </div>
    </div>
  );
  // Within an open record it stands among its lines; alone it is the page.
  if (onGiven) return form;
  return (
    <div className="doc-sections">
      <Section title={whose ? t('title', { name }) : t('titlePaper')} anchor={1}>
        {form}
      </Section>
    </div>
  );
}
