/** An address as it may stand in the log of errors: the secret of a link that came by mail is left out. */
export function loggedPath(path: string): string {
  return path.replace(/\/(join|welcome|apply|mail\/stop|recover\/stop|recover)\/(?!stop\/)[^/]+/, '/$1/…');
}
