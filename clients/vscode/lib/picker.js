'use strict'
// A search as you type in the editor's quick pick, opened by a key and gone with Escape.

const vscode = require('vscode')

const delay = 80 // milliseconds without a key before a search

/**
 * Opens the quick pick. `search` gives the places and the note of a query, and rejects where it has none to give.
 * @param {(query: string) => Promise<import('./session').Found>} search
 * @param {(place: import('./session').Place, preserveFocus: boolean) => Promise<void>} open
 * @param {(error: unknown) => string} explain what the pick's title says of a failure; empty for none
 */
function openPicker(search, open, explain) {
  const pick = vscode.window.createQuickPick()
  pick.placeholder = 'Search by meaning'
  pick.matchOnDescription = pick.matchOnDetail = false
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  const show = async (/** @type {string} */ query) => {
    pick.busy = true
    try {
      const { places, note } = await search(query)
      if (query !== pick.value) return
      pick.title = note || undefined
      pick.items = places.map((place) => ({
        label: place.text.split('\n', 1)[0],
        description: `${place.label}:${place.line + 1}  ${place.score.toFixed(3)}`,
        alwaysShow: true, // what the search has found, whatever its letters
        place,
      }))
    } catch (error) {
      if (query !== pick.value) return
      pick.title = explain(error)
      pick.items = []
    } finally {
      if (query === pick.value) pick.busy = false
    }
  }
  pick.onDidChangeValue((value) => {
    clearTimeout(timer)
    timer = setTimeout(() => show(value), delay)
  })
  pick.onDidAccept(async () => {
    const [chosen] = pick.selectedItems
    pick.hide()
    if (chosen) await open(/** @type {any} */ (chosen).place, false)
  })
  pick.onDidHide(() => {
    clearTimeout(timer)
    pick.dispose()
  })
  pick.show()
}

module.exports = { openPicker }
