--- Akin as a plain LSP server: `workspace/symbol` by meaning, and the index of open buffers kept as they stand.

local config = require('akin.config')

local M = {}

local clients = {} ---@type table<string, integer> by folder, before vim.lsp.start was there

--- Attaches the LSP client of the current buffer's folder to the current buffer, started where it does not run.
---@param settings table|nil changes to what is given to the LSP client
---@return integer|nil client
function M.start(settings)
  local client = vim.tbl_extend('force', {
    name = 'akin',
    cmd = config.values.command,
    root_dir = config.folder(0),
  }, settings or {})
  if vim.lsp.start then
    return vim.lsp.start(client)
  end
  local id = clients[client.root_dir]
  if not (id and vim.lsp.get_client_by_id(id)) then
    id = vim.lsp.start_client(client)
    clients[client.root_dir] = id
  end
  vim.lsp.buf_attach_client(0, id)
  return id
end

return M
