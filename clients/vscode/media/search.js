'use strict'
// The script of the search view: tells the extension what is typed, and shows the results that come back.

const delay = 80 // milliseconds without a key before a search

const editor = acquireVsCodeApi()
const query = document.getElementById('query')
const note = document.getElementById('note')
const results = document.getElementById('results')
let timer

function element(name, className, text) {
  const made = document.createElement(name)
  made.className = className
  made.textContent = text // never as HTML: it is the text of files
  return made
}

function item(place) {
  const button = element('button', 'place', '')
  button.title = place.text
  const head = element('span', 'head', '')
  head.append(element('span', 'label', `${place.label}:${place.line + 1}`), element('span', 'score', place.score.toFixed(3)))
  button.append(head, element('span', 'text', place.text.split('\n').slice(0, 3).join('\n')))
  button.addEventListener('click', () => editor.postMessage({ type: 'open', place }))
  const row = document.createElement('li')
  row.append(button)
  return row
}

function show(message) {
  note.textContent = message.note ?? ''
  if (note.textContent.includes('not indexed')) {
    const button = element('button', 'index', 'Index now')
    button.addEventListener('click', () => editor.postMessage({ type: 'index' }))
    note.append(' ', button)
  }
  results.replaceChildren(...message.places.map(item))
}

query.addEventListener('input', () => {
  clearTimeout(timer)
  timer = setTimeout(() => {
    editor.setState({ query: query.value })
    editor.postMessage({ type: 'query', query: query.value })
  }, delay)
})

query.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' || event.key === 'ArrowDown') results.querySelector('button')?.focus()
})

results.addEventListener('keydown', (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (!step) return
  event.preventDefault()
  const buttons = [...results.querySelectorAll('button')]
  const next = buttons.indexOf(document.activeElement) + step
  ;(buttons[next] ?? query).focus()
})

window.addEventListener('message', ({ data }) => {
  if (data.type === 'results') show(data)
  if (data.type === 'focus') {
    if (data.query !== undefined) query.value = data.query
    query.focus()
    query.select()
  }
})

query.value = editor.getState()?.query ?? ''
editor.postMessage({ type: 'ready', query: query.value })
