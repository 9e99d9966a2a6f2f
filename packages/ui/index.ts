export type { Issue } from '@mach/base';
export { Button, type ButtonProps, IconButton, type IconButtonProps } from './base/button.tsx';
export { Chip, type ChipProps, type Tone } from './base/chip.tsx';
export {
  Checkbox,
  type CheckboxProps,
  type Option,
  Segmented,
  type SegmentedProps,
  Select,
  type SelectProps,
} from './base/choice.tsx';
export { cx } from './base/class-names.ts';
export { CodeSearch, type CodeSearchProps } from './base/code-search.tsx';
export { Combobox, type ComboboxProps } from './base/combobox.tsx';
export { DateField, type DateFieldProps } from './base/date-field.tsx';
export { type ControlIds, Field, type FieldProps } from './base/field.tsx';
export { Menu, type MenuItem, type MenuProps } from './base/menu.tsx';
export { Modal, type ModalProps } from './base/modal.tsx';
export { MoneyField } from './base/money-field.tsx';
export {
  Conflict,
  type ConflictProps,
  NoPermission,
  type NoPermissionProps,
  PartialNote,
} from './base/more-states.tsx';
export { fieldDecimal, NumberField, type NumberFieldProps } from './base/number-field.tsx';
export { Card, Fact, Facts, Section, type SectionProps } from './base/panel.tsx';
export { PrintButton, type PrintButtonProps, PrinterLine, usePrint } from './base/print-button.tsx';
export { checkRange, type Range } from './base/range.ts';
export { SearchField, type SearchFieldProps } from './base/search-field.tsx';
export { Empty, ErrorState, OfflineNote, ReadOnlyNote, Skeleton, StaleNote } from './base/states.tsx';
export { type Tab, Tabs } from './base/tabs.tsx';
export { TextArea, type TextAreaProps, TextField, type TextFieldProps } from './base/text-field.tsx';
export { type Toast, Toaster, toast } from './base/toast.tsx';
export { type Bed, BedBoard, type BedBoardProps, type BedPatient, type BedRoom } from './board/bed-board.tsx';
export { ClaimFindings, type ClaimFindingsProps, type Finding } from './board/claim-finding.tsx';
export { CoachMark, type CoachMarkProps } from './board/coach-mark.tsx';
export { ConsentCard, type ConsentCardProps } from './board/consent-card.tsx';
export { type DiffField, DiffView, type DiffViewProps } from './board/diff-view.tsx';
export { type DoseState, type MarCell, MarGrid, type MarGridProps, type MarRow } from './board/mar-grid.tsx';
export {
  type ComposedOrder,
  OrderComposer,
  type OrderComposerProps,
  type OrderOption,
} from './board/order-composer.tsx';
export { type PendingItem, PendingList, type PendingListProps } from './board/pending-list.tsx';
export { type PersonHit, PersonSearch, type PersonSearchProps } from './board/person-search.tsx';
export { QueueBoard, type QueueBoardProps, type QueueEntry } from './board/queue-board.tsx';
export { RegionMap, type RegionMapProps } from './board/region-map.tsx';
export { Scheduler, type SchedulerProps, type ScheduleSlot } from './board/scheduler.tsx';
export { type DataState, Stated } from './board/stated.tsx';
export { StockCard, type StockCardProps, type StockMovement } from './board/stock-card.tsx';
export { Tile, type TileProps } from './board/tile.tsx';
export { Timeline, type TimelineEvent, type TimelineKind, type TimelineProps } from './board/timeline.tsx';
export {
  type SheetDay,
  type SheetEntry,
  type SheetOrder,
  TreatmentSheet,
  type TreatmentSheetProps,
} from './board/treatment-sheet.tsx';
export { VideoDock, type VideoDockProps } from './board/video-dock.tsx';
export { type ChartMark, type ChartSeries, VitalsChart, type VitalsChartProps } from './board/vitals-chart.tsx';
export { AlertLine, type AlertLineProps, type AlertReason } from './clinical/alert-line.tsx';
export { Allergy, type AllergyItem, type AllergyState } from './clinical/allergy.tsx';
export { expiryState } from './clinical/expiry.ts';
export { type FinishAction, FinishBar, type FinishBarProps, type Missing } from './clinical/finish-bar.tsx';
export { Invoice, type InvoiceLine, type InvoiceTotals, Totals } from './clinical/invoice.tsx';
export { JobCard, type JobCardProps } from './clinical/job-card.tsx';
export { type KeyImage, KeyImages, type KeyImagesProps } from './clinical/key-images.tsx';
export { type Lot, Lots } from './clinical/lots.tsx';
export {
  type Medication,
  MedicationLine,
  type MedicationLineProps,
  type MedicationState,
} from './clinical/medication-line.tsx';
export {
  type BannerPatient,
  type ContextChip,
  PatientBanner,
  type PatientBannerProps,
} from './clinical/patient-banner.tsx';
export { PersonName } from './clinical/person-name.tsx';
export { RestrictionChip } from './clinical/restriction-chip.tsx';
export { delta, type Flag, flagOf, loudness } from './clinical/result.ts';
export { type ResultRow, ResultTable, type ResultTableProps } from './clinical/result-table.tsx';
export { ResultValue } from './clinical/result-value.tsx';
export { ScanField, type ScanFieldProps } from './clinical/scan-field.tsx';
export { SignDialog, type SignDialogProps, type SignItem } from './clinical/sign-dialog.tsx';
export { Sparkline } from './clinical/sparkline.tsx';
export { SyncChip, type SyncChipProps } from './clinical/sync-chip.tsx';
export { paperTicket } from './clinical/ticket.ts';
export { TicketField, type TicketFieldProps } from './clinical/ticket-field.tsx';
export { useNow } from './clinical/use-now.ts';
export { type Vital, VitalsStrip, type VitalsStripProps } from './clinical/vitals-strip.tsx';
export { keyOf } from './data/apply-event.ts';
export { useAway } from './data/away.ts';
export { type IssuesByField, issuesByField, issuesOf } from './data/issues.ts';
export type { Away, Envelope, KeepRequest, KeptAct, PaperNumber, PaperSeries } from './data/kept.ts';
export { printForm } from './data/print.ts';
export { usePrinters, useRefreshPrinters } from './data/printers.ts';
export { DataProvider, useCan, useLink, useSession, useTransport } from './data/provider.tsx';
export { answerOf, type RequestOptions, request, saveFile } from './data/request.ts';
export {
  type CodeQuery,
  type CodeRow,
  type CommandAnswer,
  type LinkState,
  type LiveEvent,
  NotKept,
  RequestProblem,
  type Row,
  type ServiceState,
  type Session,
  type Transport,
  Unreachable,
  type ViewFilters,
  type ViewPage,
  type ViewQuery,
} from './data/transport.ts';
export { type Codes, type CodesOptions, useCodes } from './data/use-codes.ts';
export { type Command, type CommandOptions, useCommand } from './data/use-command.ts';
export { type Draft, type DraftStore, setDraftStore, useDraft } from './data/use-draft.ts';
export { type RecordState, useRecord, useRefreshRecords } from './data/use-record.ts';
export { useView, type View, type ViewOptions } from './data/use-view.ts';
export { type FormDefinition, type FormItem, type FormValue, type FormValues, gapsOf } from './form/form-model.ts';
export { FormRenderer, type FormRendererProps } from './form/form-renderer.tsx';
export {
  age,
  formatDate,
  formatDateTime,
  formatTime,
  isChild,
  localDate,
  recently,
  span,
  waited,
} from './format/date.ts';
export { moneyDigits } from './format/money-input.ts';
export { callName, emphasised, nameParts } from './format/name.ts';
export { clinicalNumber, count, money, NBSP, quantity } from './format/number.ts';
export { Icon, type IconProps } from './icons/icon.tsx';
export type { IconName } from './icons/paths.ts';
export type { Chord } from './keys/chord.ts';
export { KeyHint } from './keys/key-hint.tsx';
export { scanSound } from './keys/sound.ts';
export { KEY_LEVEL, type KeyBinding, startKeys, useActiveKeys, useKeys } from './keys/use-keys.ts';
export { routeScan, type ScanRoute, startScans, useScan } from './keys/use-scan.ts';
export { type Column, Table, type TableProps } from './list/table.tsx';
export { type Edge, WorkRow, type WorkRowProps } from './list/work-row.tsx';
export { Worklist, type WorklistProps } from './list/worklist.tsx';
export { Drawer, type DrawerProps, DrawerProvider, useDrawer } from './shell/drawer.tsx';
export { WorkspaceFrame } from './shell/frame.tsx';
export { type ListChoice, ListFrame, type ListFrameProps } from './shell/list-frame.tsx';
export { CommandPalette } from './shell/palette.tsx';
export { usePalette } from './shell/palette-store.ts';
export { PatientStrip } from './shell/patient-strip.tsx';
export { closeAllPatients, closePatient, leavePatient, openPatient, usePatients } from './shell/patients.ts';
export { type GoOptions, type Route, RouteContext, useRoute } from './shell/route.ts';
export { ThemeSwitch } from './shell/theme-switch.tsx';
export type {
  PaletteGroup,
  PaletteItem,
  PaletteSource,
  PatientTab,
  Workspace,
  WorkspaceEntry,
  WorkspaceFrameProps,
} from './shell/types.ts';
export {
  applyPreferences,
  type Preferences,
  preferences,
  setPreferences,
  themeAt,
  usePreferences,
} from './texts/preferences.ts';
export { defineTexts, type Language, type Text, type Texts, type Translate, translator } from './texts/texts.ts';
export { useLanguage, usePick, useTexts } from './texts/use-texts.ts';
