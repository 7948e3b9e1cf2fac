"""A brain whose model lives in the inference process, a plugin of its own."""

from voiced.plugin import Done, LlmCapabilities, ModelSpec, PluginSpec, ProviderSpec, ToolCall, hookimpl


class Thinker:
    capabilities = LlmCapabilities(free_text=False)

    def __init__(self, host):
        self.host = host

    async def prepare(self, tools):
        pass

    async def reply(self, request, out):
        said = await self.host.infer("echo", "same", request.messages[-1].content)
        for tool in request.tools:
            if said in tool.examples:
                await out.send(ToolCall("c1", tool.name))
        await out.send(Done())


class Echo:
    """The model."""

    def same(self, text):
        return text


@hookimpl
def voiced_plugin():
    return PluginSpec(
        "thinker",
        "A brain in the inference process",
        (ProviderSpec("llm", "thinker", lambda _options, host: Thinker(host)),),
        models=(ModelSpec("echo", lambda _options, _host: Echo()),),
    )
