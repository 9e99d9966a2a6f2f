import { AlertLine, Button, Modal, usePick, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import type { PlacedFinding } from '../prescription/findings.ts';
import type { RxLine } from '../prescription/line.ts';
import { texts } from '../texts.ts';

/** The hard stop of a prescription: what it is about, and the only way on. */
export function StopModal(props: {
  readonly open: boolean;
  readonly findings: readonly PlacedFinding[];
  readonly lines: readonly RxLine[];
  readonly onClose: () => void;
}): ReactElement {
  const { open, findings, lines, onClose } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const name = new Map(lines.map((line) => [line.key, line.drug.display]));
  return (
    <Modal
      kind="stop"
      open={open}
      onClose={onClose}
      title={t('cannotSign')}
      actions={
        <Button look="primary" onClick={onClose}>
          {t('backToRx')}
        </Button>
      }
    >
      {findings
        .filter((one) => one.finding.severity === 'stop')
        .map((one) => (
          <div key={one.finding.rule + one.finding.text.vi}>
            <b>{one.lines.map((key) => name.get(key)).join(' · ')}</b>
            <AlertLine
              level="stop"
              what={pick(one.finding.text)}
              why={one.finding.remedy && pick(one.finding.remedy)}
            />
          </div>
        ))}
    </Modal>
  );
}
