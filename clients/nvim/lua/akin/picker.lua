--- Search as you type in fzf-lua or Telescope, whichever is installed.

local results = require('akin.results')
local server = require('akin.server')

local M = {}

--- A search that cancels the one before it.
---@return fun(query: string, callback: fun(items: table[]))
function M.searcher()
  local buffer = vim.api.nvim_get_current_buf()
  local current
  return function(query, callback)
    server.cancel(current)
    if vim.trim(query) == '' then
      return callback({})
    end
    local params = results.parameters(buffer, { query = query })
    current = server.request('search', params, function(failure, result)
      if failure and failure.code ~= -32800 then
        results.complain(failure)
      end
      callback((failure or results.no_match(result)) and {} or results.items(result.results[1]))
    end)
  end
end

local function open_fzf(fzf, query)
  local search = M.searcher()
  fzf.fzf_live(function(args)
    local typed = type(args) == 'table' and args[1] or args
    return function(add)
      search(typed or '', function(items)
        for _, item in ipairs(items) do
          add(('%s:%d:%d:%s'):format(item.filename, item.lnum, math.max(item.col, 1), item.text))
        end
        add(nil)
      end)
    end
  end, {
    prompt = 'Akin> ',
    query = query,
    previewer = 'builtin',
    actions = fzf.defaults and fzf.defaults.actions.files,
    fzf_opts = { ['--delimiter'] = ':', ['--no-sort'] = true },
  })
end

--- Opens the picker.
---@param query string|nil what it starts with
function M.open(query)
  local has_fzf, fzf = pcall(require, 'fzf-lua')
  if has_fzf then
    return open_fzf(fzf, query)
  end
  local has_telescope, telescope = pcall(require, 'telescope')
  if has_telescope then
    return telescope.load_extension('akin').akin({ default_text = query })
  end
  vim.notify('akin: neither fzf-lua nor Telescope is installed; :Akin QUERY needs neither', vim.log.levels.ERROR)
end

return M
