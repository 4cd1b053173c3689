'use strict'

/**
 * The page of the search view. Its script and style are files of the extension; nothing else may run or load.
 * @param {{ script: string, style: string, source: string, nonce: string }} parts addresses, where they may come from,
 *   and a secret of this page
 * @returns {string}
 */
function page({ script, style, source, nonce }) {
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="UTF-8">
  <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${source}; script-src 'nonce-${nonce}'">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="stylesheet" href="${style}">
  <title>Akin</title>
</head>
<body>
  <input id="query" type="search" placeholder="Search by meaning" aria-label="Search by meaning" aria-controls="results" spellcheck="false">
  <p id="note" role="status"></p>
  <ul id="results" aria-label="Results"></ul>
  <script nonce="${nonce}" src="${script}"></script>
</body>
</html>
`
}

module.exports = { page }
