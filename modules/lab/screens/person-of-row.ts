/** As much of a row as the banner needs. */
export interface PersonOfRow {
  readonly patient: string;
  readonly patientName: string | null;
  readonly birthDate: string | null;
  readonly gender: string | null;
  readonly patientCode: string | null;
  readonly queueNumber: string | null;
  readonly roomName: string | null;
  readonly requesterName: string | null;
  readonly visitCode: string | null;
}
