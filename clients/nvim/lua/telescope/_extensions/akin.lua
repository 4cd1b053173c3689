--- `:Telescope akin`: search as you type in Telescope.

local telescope = require('telescope')

local function entry(item)
  return {
    value = item,
    ordinal = item.text,
    display = ('%s:%d  %s'):format(item.filename, item.lnum, item.text),
    filename = item.filename,
    lnum = item.lnum,
    col = math.max(item.col, 1),
  }
end

local function akin(options)
  local channel = require('plenary.async.control').channel
  local values = require('telescope.config').values
  local search = require('akin.picker').searcher()
  options = options or {}
  require('telescope.pickers').new(options, {
    prompt_title = 'Akin',
    finder = require('telescope.finders').new_dynamic({
      entry_maker = entry,
      fn = function(query)
        local send, receive = channel.oneshot()
        search(query, send)
        return receive()
      end,
    }),
    previewer = values.grep_previewer(options),
    sorter = require('telescope.sorters').empty(), -- the results come best first
  }):find()
end

return telescope.register_extension({ exports = { akin = akin } })
