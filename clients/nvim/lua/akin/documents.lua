--- Buffers whose text is not that of their files, told to the server as open documents: searches see them as they stand,
--- and the lines of results are those of the buffer. They are told when a request is sent, not at every key.

local M = {}

---@class akin.Told
---@field uri string
---@field tick integer the buffer's changedtick that the server knows

local told = {} ---@type table<integer, akin.Told> by buffer
local compared = {} ---@type table<integer, table> by buffer: whether it differs from its file, and what it was compared with

--- The real path of a buffer's file, which may not be there yet; nil where the buffer has none.
---@param buffer integer
---@return string|nil
function M.path(buffer)
  local name = vim.api.nvim_buf_get_name(buffer)
  if name == '' or vim.bo[buffer].buftype ~= '' or name:find('^%a[%w+.-]+://') then
    return nil
  end
  local real = vim.loop.fs_realpath(name)
  if real then
    return real
  end
  local folder = vim.loop.fs_realpath(vim.fn.fnamemodify(name, ':h'))
  return folder and folder:gsub('/$', '') .. '/' .. vim.fn.fnamemodify(name, ':t')
end

local function text_of(buffer)
  local text = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n')
  return vim.bo[buffer].endofline and text .. '\n' or text
end

--- The text of a file as a buffer would hold it; nil where it cannot be read.
local function text_of_file(path)
  local file = io.open(path, 'rb')
  local text = file and file:read('*a')
  if file then
    file:close()
  end
  return text and (text:gsub('^\239\187\191', ''):gsub('\r\n', '\n'))
end

--- Whether a buffer's text is another than its file's. Of a buffer without changes that is so where another program has
--- written the file; where the file is gone, what the buffer still holds is not searched.
local function differs(buffer, path)
  if vim.bo[buffer].modified then
    return true
  end
  local state = vim.loop.fs_stat(path)
  if not state then
    return false
  end
  local now = {
    tick = vim.api.nvim_buf_get_changedtick(buffer),
    time = ('%d.%d'):format(state.mtime.sec, state.mtime.nsec),
    size = state.size,
  }
  local before = compared[buffer]
  if not before or before.tick ~= now.tick or before.time ~= now.time or before.size ~= now.size then
    now.differs = text_of_file(path) ~= text_of(buffer)
    compared[buffer] = now
  end
  return compared[buffer].differs
end

local function close(buffer, notify)
  notify('textDocument/didClose', { textDocument = { uri = told[buffer].uri } })
  told[buffer] = nil
end

local function open(buffer, uri, notify)
  local tick = vim.api.nvim_buf_get_changedtick(buffer)
  local document = { uri = uri, languageId = vim.bo[buffer].filetype, version = tick, text = text_of(buffer) }
  notify('textDocument/didOpen', { textDocument = document })
  told[buffer] = { uri = uri, tick = tick }
end

local function change(buffer, notify)
  local tick = vim.api.nvim_buf_get_changedtick(buffer)
  notify('textDocument/didChange', {
    textDocument = { uri = told[buffer].uri, version = tick },
    contentChanges = { { text = text_of(buffer) } },
  })
  told[buffer].tick = tick
end

--- Tells of the buffers in a folder: those that differ from their files are open documents, and no others.
---@param folder string a real path
---@param notify fun(method: string, params: table)
function M.tell(folder, notify)
  local prefix = folder:gsub('/$', '') .. '/'
  local open_now = {}
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    local path = vim.api.nvim_buf_is_loaded(buffer) and M.path(buffer)
    local uri = path and vim.uri_from_fname(path)
    -- One that is open stays so, whichever folder is searched, until it is like its file again.
    if uri and (told[buffer] or vim.startswith(path, prefix)) and differs(buffer, path) then
      open_now[buffer] = true
      if told[buffer] and told[buffer].uri ~= uri then
        close(buffer, notify) -- it has another name now
      end
      if not told[buffer] then
        open(buffer, uri, notify)
      elseif told[buffer].tick ~= vim.api.nvim_buf_get_changedtick(buffer) then
        change(buffer, notify)
      end
    end
  end
  for buffer in pairs(told) do
    if not open_now[buffer] then
      close(buffer, notify)
    end
  end
end

--- A buffer was written to its file, which is read anew once the document is closed.
---@param buffer integer
---@param notify fun(method: string, params: table)
function M.saved(buffer, notify)
  local path = M.path(buffer)
  if not path then
    return
  end
  if not told[buffer] then
    open(buffer, vim.uri_from_fname(path), notify)
  end
  close(buffer, notify)
end

--- A new server knows of nothing.
function M.forget()
  told = {}
end

return M
