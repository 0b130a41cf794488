/** What an alert says of itself, under whichever name its source has for it. */
export const alertSummary = (annotations: Readonly<Record<string, string>>): string =>
  annotations.summary ?? annotations.message ?? annotations.description ?? '';
