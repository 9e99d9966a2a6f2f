import { type EncounterReasonInput, leave, reopen, returnToQueue, type VisitResult } from '@mach/encounter/contract.ts';
import {
  AlertLine,
  Button,
  Chip,
  Drawer,
  emphasised,
  IconButton,
  Menu,
  TextField,
  toast,
  useCommand,
  useDrawer,
  useLanguage,
  usePick,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import type { Visit } from '../data/use-visit.ts';
import { REASON_DRAWER } from '../drawers.ts';
import { texts } from '../texts.ts';

type Deed = 'return' | 'leave' | 'reopen';

/** The page of registered apps that open with this patient and visit (SMART App Launch). */
function openApps(visit: Visit, lang: string): void {
  const query = new URLSearchParams({ patient: visit.patient.id ?? '', encounter: visit.id, lang });
  window.open(`/oauth2/apps?${query.toString()}`, '_blank', 'noopener');
}

/** Rare deeds on a visit: each asks for its reason. */
export function VisitMenu(props: {
  readonly visit: Visit;
  readonly name: string;
  /** Left or sent back: nothing more to do here. */
  readonly onGone: () => void;
}): ReactElement {
  const { visit, name, onGone } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const language = useLanguage();
  const drawer = useDrawer(REASON_DRAWER);
  const [deed, setDeed] = useState<Deed>('return');
  const [reason, setReason] = useState('');
  const commands = {
    return: useCommand<EncounterReasonInput, VisitResult>(returnToQueue.name),
    leave: useCommand<EncounterReasonInput, VisitResult>(leave.name),
    reopen: useCommand<EncounterReasonInput, VisitResult>(reopen.name),
  };
  const command = commands[deed];
  const title = { return: t('returnToQueue'), leave: t('patientLeft'), reopen: t('reopen') };
  const offers: Readonly<Record<Deed, readonly string[]>> = {
    return: [t('whyAbsent'), t('whyToilet'), t('whyOtherFirst')],
    leave: [t('whyLeftWaiting'), t('whyLeftHome'), t('whyLeftElsewhere')],
    reopen: [t('whyAddDrug'), t('whyWrongDx'), t('whyMoreTests')],
  };

  function ask(next: Deed): void {
    setDeed(next);
    setReason('');
    commands[next].reset();
    drawer.open();
  }

  async function go(): Promise<void> {
    if (reason.trim().length < 2) return;
    const done = await command.run({ encounter: visit.id, reason: reason.trim() });
    if (!done) return;
    drawer.close();
    visit.refresh('encounter');
    toast({ text: t('deedDone', { deed: title[deed], name: emphasised(name) }) });
    if (deed !== 'reopen') onGone();
  }

  const atDoctor = ['in-exam', 'awaiting-results', 'results-ready'].includes(visit.state);
  const concluded = ['concluded', 'awaiting-payment'].includes(visit.state);
  const items = [
    ...(visit.state === 'in-exam' ? [{ id: 'return', label: title.return, run: () => ask('return') }] : []),
    ...(atDoctor || visit.state === 'waiting'
      ? [{ id: 'leave', label: title.leave, danger: true, run: () => ask('leave') }]
      : []),
    ...(concluded ? [{ id: 'reopen', label: title.reopen, run: () => ask('reopen') }] : []),
  ];
  const around = [{ id: 'apps', label: t('openApps'), run: () => openApps(visit, language) }];
  return (
    <>
      <Menu
        trigger={<IconButton icon="more" size="small" label={t('moreDeeds')} />}
        groups={items.length > 0 ? [items, around] : [around]}
      />
      <Drawer
        id={REASON_DRAWER}
        title={title[deed]}
        patient={name}
        foot={
          <Button look="primary" busy={command.running} disabled={reason.trim().length < 2} onClick={() => void go()}>
            {title[deed]}
          </Button>
        }
      >
        <div className="doc-stack">
          <TextField
            label={t('reasonLabel')}
            required
            value={reason}
            onChange={setReason}
            maxLength={500}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && !event.nativeEvent.isComposing) void go();
            }}
          />
          <div className="doc-actions">
            {offers[deed].map((offer) => (
              <Chip key={offer} onClick={() => setReason(offer)} pressed={reason === offer}>
                {offer}
              </Chip>
            ))}
          </div>
          {command.issues.map((issue) => (
            <AlertLine key={issue.code} level="warn" what={pick(issue.text)} why={issue.remedy && pick(issue.remedy)} />
          ))}
        </div>
      </Drawer>
    </>
  );
}
